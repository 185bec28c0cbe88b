"""Word2Vec by gensim on a corpus of tokens between spaces, with the defaults of `cantus embed train`.

    python embed.py CORPUS skip-gram|cbow [--threads N] [--epochs N]

Prints a JSON line: `architecture`, `words`, `words_per_s` (words of the corpus times epochs over the time of training
alone), `gensim`.
"""

import argparse
import json
import time

import gensim
from gensim.models.word2vec import Text8Corpus, Word2Vec

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
parser.add_argument("architecture", choices=["skip-gram", "cbow"])
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--epochs", type=int, default=5)
arguments = parser.parse_args()
is_skip_gram = arguments.architecture == "skip-gram"
texts = list(Text8Corpus(arguments.corpus))
model = Word2Vec(
    vector_size=100, window=5, min_count=5, negative=5, sample=1e-4, sg=int(is_skip_gram),
    alpha=0.025 if is_skip_gram else 0.05, workers=arguments.threads)
model.build_vocab(texts)
start = time.perf_counter()
model.train(texts, total_examples=len(texts), epochs=arguments.epochs)
seconds = time.perf_counter() - start
words = sum(len(text) for text in texts)
print(json.dumps({
    "architecture": arguments.architecture, "words": words, "gensim": gensim.__version__,
    "words_per_s": round(words * arguments.epochs / seconds),
}))
