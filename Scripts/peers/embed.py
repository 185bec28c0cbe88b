"""Word vectors by gensim on a corpus of tokens between spaces, with the defaults of `cantus embed train`.

    python embed.py CORPUS skip-gram|cbow [--loss hierarchical-softmax] [--subwords] [--threads N] [--epochs N]
        [--questions FILE] [--seed N]

Prints a JSON line: `job`, `words`, `words_per_s` (words of the corpus times epochs over the time of training alone),
`gensim`; with a file of analogies their `accuracy` too. Subwords are gensim's FastText with as many buckets as Cantus.
"""

import argparse
import json
import time

import gensim
from gensim.models.fasttext import FastText
from gensim.models.word2vec import Text8Corpus, Word2Vec

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
parser.add_argument("architecture", choices=["skip-gram", "cbow"])
parser.add_argument("--loss", choices=["negative-sampling", "hierarchical-softmax"])
parser.add_argument("--subwords", action="store_true")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--questions")
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
is_skip_gram = arguments.architecture == "skip-gram"
is_tree = arguments.loss == "hierarchical-softmax"
texts = list(Text8Corpus(arguments.corpus))
kind, options = (FastText, {"bucket": 200_000}) if arguments.subwords else (Word2Vec, {})
model = kind(
    vector_size=100, window=5, min_count=5, negative=0 if is_tree else 5, hs=int(is_tree), sample=1e-4,
    sg=int(is_skip_gram), alpha=0.025 if is_skip_gram else 0.05, workers=arguments.threads, seed=arguments.seed,
    **options)
model.build_vocab(texts)
start = time.perf_counter()
model.train(texts, total_examples=len(texts), epochs=arguments.epochs)
seconds = time.perf_counter() - start
words = sum(len(text) for text in texts)
names = [arguments.architecture, arguments.loss, "subwords" if arguments.subwords else None]
result = {
    "job": " ".join(name for name in names if name), "words": words, "gensim": gensim.__version__,
    "words_per_s": round(words * arguments.epochs / seconds),
}
if arguments.questions:
    accuracy, _ = model.wv.evaluate_word_analogies(arguments.questions, case_insensitive=True)
    result["accuracy"] = round(accuracy, 4)
print(json.dumps(result))
