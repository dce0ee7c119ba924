"""What only stands for a secret, and what reads like a sentence or a name. It is left where it is: runbooks are full of it."""

from __future__ import annotations

import re

_OF_DOCUMENTATION = """
a an and any api auth aws bar baz change changed changeit changeme client credential credentials data database db
default demo disabled dummy empty enabled encrypted example fake false fill foo from generated given goes here hidden
in insert invalid is it key masked me missing my mypass mypassword n na never new nil no none not null of old on one
optional or pass passphrase passwd password placeholder prompt provided put pw pwd qux random redacted replace replaceme
required revoked root sample secret secrets see service set some something str string super tbd test text that the this
to todo token true undefined unknown unset user username valid value xxx yes you your
"""
_WORDS = frozenset(_OF_DOCUMENTATION.split())
_STANDS_FOR_ANOTHER = re.compile(
    r"""[<$%{(\[]             # <password>, $TOKEN, ${TOKEN}, %PASS%, {{ .Values.password }}, (none), [PASSWORD]
    | &\#(?:x3[cC]|60);       # <password>, as HTML writes it
    | [&*!@?][A-Za-z_{]       # YAML's anchors, aliases and tags; a file to read; a parameter
    | \\[({<$]                # the same, escaped
    | (?:[A-Za-z][\w+-]*:)?/{1,3}[\w.$~{<-]*+/   # a path or an address
    | \.{1,2}/ | ~/
    | (?:env|file|vault|ref|arn|ssm|op|secretsmanager|kms|keyring|prompt|base64)[:+]
    | (?:sha(?:1|224|256|384|512)|md5)[:-]
    | \#[0-9a-fA-F]{3,8}$      # a colour
    | (?:Bearer|Basic|Token)\s+[<$%{(\[]
    """,
    re.VERBOSE,
)
_CODE = re.compile(
    r"""(?:[A-Za-z_]\w*+(?:\.|::|->))*+[A-Za-z_]\w*+[(\[{]   # get_password(, os.environ[
    | (?:self|this|config|conf|cfg|settings|args|options|opts|os|process|env|environ|request|req|params|ctx|context|
        data|local|var|each|module|values|credentials|secrets|spec|sys|app|user|response|resp|result|client)
        (?:\.|::|->)[A-Za-z_]
    | (?:str|int|bool|bytes|String|string|Optional|boolean|any|Any|number|object|null|None|undefined)\b(?=$|[\s|\[,;)?!=])
    | (?:[Tt]rue|[Ff]alse)\b
    """,
    re.VERBOSE,
)
_HIDDEN = re.compile(r"[x*.•·…#_?=\-+~X0]{3,}|(?:.*?(?:\*{3}|•{3}|\.{3}|…|x{4}|X{4}))", re.DOTALL)
_PLAIN_WORD = re.compile(r"[A-Za-z][a-z'’]*(?:-[a-z]+)*[.,:;!?)]{0,2}|[A-Z]{2,5}|\d{1,3}")
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:\d{0,2}[._][A-Za-z]+)+")
_FOLLOWED_BY_WORDS = re.compile(r"[ \t]{1,3}[(\"'`*]{0,2}[A-Za-z][a-z'’-]*[.,;!?)\"'`*]{0,2}(?=\s|$)")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
_VERSION = re.compile(r"v?\d+(?:[.:/_-]\d+)*[a-z%]{0,3}")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SMALL_WORDS = re.compile(
    r"(?i)(?:a|an|and|are|as|at|be|but|by|can|did|does|else|flag|for|from|has|have|if|in|instead|into|is|it|its|must|not|"
    r"of|on|option|options|or|parameter|should|so|than|that|the|then|this|to|twice|was|what|when|which|will|with|you|your)"
)
_SENTENCE = re.compile(_SMALL_WORDS.pattern + r"(?:\s|$)")
SHORTEST = 3


def stands_for_another(value: str) -> bool:
    """Whether a value is a placeholder, a reference, a piece of code or a word of documentation, and no secret itself."""
    bare = value.strip("\"'`*, ;")
    if len(bare) < SHORTEST or len(set(bare)) == 1:
        return True
    if _STANDS_FOR_ANOTHER.match(bare) or _CODE.match(bare) or _HIDDEN.fullmatch(bare[:200]) or _is_masked(bare):
        return True
    return not any(letter.isdigit() for letter in bare) and _only_known_words(bare)


def _is_masked(value: str) -> bool:
    return len(value) <= 200 and any(mask in value for mask in ("****", "xxxx", "XXXX", "...", "…", "••"))


def _only_known_words(value: str) -> bool:
    if len(value) > 80 or re.search(r"[^A-Za-z\s_./:\-]", value):
        return False
    return all(word.lower() in _WORDS for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", value)) or value.lower() in _WORDS


def begins_a_sentence(value: str, after: str) -> bool:
    """'Password: ask the database team': a plain word with another one after it."""
    return bool(_PLAIN_WORD.fullmatch(value) and (_FOLLOWED_BY_WORDS.match(after) or _SMALL_WORDS.fullmatch(value)))


def is_variable(value: str) -> bool:
    """``password = parsed.auth_decoded``: words joined by dots and underscores, where code would stand."""
    return bool(_IDENTIFIER.fullmatch(value.rstrip("),;")))


def is_small_word(value: str) -> bool:
    """'--password to set it': English, and nobody's password."""
    return bool(_SMALL_WORDS.fullmatch(value.strip(".,;:!?)")))


def is_sentence(quoted: str) -> bool:
    """Several words between quotes, of which one is too small to be in a passphrase."""
    words = quoted.split()
    return len(words) > 1 and any(_SENTENCE.match(f"{word} ") for word in words[:50])


def looks_random(value: str) -> bool:
    """Whether somebody's dice made it, rather than somebody's habit of naming things: 'tls-cert-2' is a name."""
    if len(value) < 6 or len(value) > 4096 or _EMAIL.fullmatch(value) or _VERSION.fullmatch(value):
        return False
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    if letters and digits:
        return not _is_name(value)
    if digits:
        return len(value) >= 16
    if any(c in "!@#$%^&+=~" for c in value):
        return letters and len(value) >= 8
    words = _CAMEL.findall(value)
    of_no_words = len(value) >= 16 and not re.search(r"[-_./:\s]", value) and len(value) / max(1, len(words)) < 3.5
    return of_no_words or (len(value) >= 20 and value.isalpha() and (value.islower() or value.isupper()))


def _is_name(value: str) -> bool:
    """Words joined by - _ . / with short numbers or a short suffix between them."""
    parts = re.split(r"[-_./:]", value)
    if len(parts) < 2 or not parts[0].isalpha():
        return False
    return (
        all(
            part.isalpha()
            or (part.isdigit() and len(part) <= 4)
            or len(part) <= 5
            or (part[-1:].isdigit() and part[:-1].isalpha())
            for part in parts
        )
        and max((len(part) for part in parts), default=0) <= 24
    )
