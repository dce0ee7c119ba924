// What was typed and not sent yet: kept by the browser under investigation and field, so that a reload loses nothing.

const PREFIX = "sre:draft:";
const KEPT_DAYS = 14;

export class Drafts {
  constructor(investigation) {
    this.prefix = `${PREFIX}${investigation}:`;
    forgetOld();
  }

  /** Give a box its text back, and keep what is typed from now on. True when there was something. */
  keep(field, box) {
    const kept = read(this.prefix + field);
    if (kept !== null) box.value = kept;
    const remember = () => this.write(field, box.value === (box.defaultValue ?? "") ? "" : box.value);
    box.addEventListener("input", remember);
    box.addEventListener("change", remember);
    return kept !== null;
  }

  write(field, text) {
    stored((box) => (text ? box.setItem(this.prefix + field, JSON.stringify({ text, at: Date.now() })) : box.removeItem(this.prefix + field)));
  }

  has(field) {
    return read(this.prefix + field) !== null;
  }

  /** It was sent: forget this field, and all that are named below it (`fact` and `fact.text`). */
  clear(field) {
    const start = this.prefix + field;
    forget((key) => key === start || key.startsWith(`${start}.`));
  }
}

function read(key) {
  const kept = stored((box) => box.getItem(key));
  try {
    return kept ? JSON.parse(kept).text : null;
  } catch {
    return null;
  }
}

function forgetOld() {
  const oldest = Date.now() - KEPT_DAYS * 86400000;
  forget((key, box) => key.startsWith(PREFIX) && !(JSON.parse(box.getItem(key)).at > oldest));
}

function forget(which) {
  stored((box) => {
    for (const key of Object.keys(box)) if (which(key, box)) box.removeItem(key);
  });
}

/** A browser may refuse to keep anything, or be full: then nothing is kept, and nothing breaks. */
function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}
