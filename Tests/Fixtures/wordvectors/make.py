"""Writes the fixtures of this folder. Made with Python 3.11, numpy 2.4.6, gensim 4.4.0.

gensim.txt, gensim.bin   vectors as gensim writes them: pairs of words one offset apart, with noise
word2vec.bin             the same vectors as word2vec's own program writes them: a line feed after each vector
glove.txt                the same vectors without a header
questions.txt, pairs.tsv analogies and pairs over these words
expected.json            what gensim answers and scores; 3CosMul by numpy with epsilon 0.001
fasttext.bin             a model in fastText's published layout, packed by hand, and in expected.json the vectors that
                         fastText's rule gives: the mean of a word's row and those of its n-grams
"""
import json
import os
import struct

import numpy as np
from gensim.models import KeyedVectors

folder = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(folder, name)


rng = np.random.default_rng(7)
D = 12
left = ["athens", "Berlin", "cairo", "Delhi", "essen", "fès", "göteborg", "北京", "ǆ", "straße", "Oslo", "paris"]
right = [w + "land" for w in left]
offset = rng.normal(size=D) * 1.5
words, rows = [], []
for a, b in zip(left, right):
    base = rng.normal(size=D)
    words += [a, b]
    rows += [base, base + offset + rng.normal(size=D) * 0.7]
words += ["oslo", "PARIS", "and", "of", "."]
rows += [rows[words.index("Oslo")] + 0.05 * rng.normal(size=D), rng.normal(size=D)]
rows += [rng.normal(size=D) for _ in range(3)]
vectors = np.array(rows, dtype=np.float32)
vectors[-1, 0] = 1e-7
vectors[-1, 1] = -12345.678
vectors[-1, 2] = 3e-41  # smaller than any normal float

kv = KeyedVectors(D)
kv.add_vectors(words, vectors)
kv.save_word2vec_format(path("gensim.txt"))
kv.save_word2vec_format(path("gensim.bin"), binary=True)
with open(path("word2vec.bin"), "wb") as f:
    f.write(f"{len(words)} {D}\n".encode())
    for word, row in zip(words, vectors):
        f.write(word.encode() + b" " + row.tobytes() + b"\n")
with open(path("glove.txt"), "w") as f:
    for word, row in zip(words, vectors):
        f.write(word + " " + " ".join(str(x) for x in row) + "\n")

questions = []
with open(path("questions.txt"), "w") as f:
    for name, pairs in (("first half", range(0, 6)), ("second half", range(6, 12))):
        f.write(f": {name}\n")
        for i in pairs:
            for j in pairs:
                if i != j:
                    f.write(f"{left[i].upper()} {right[i]} {left[j]} {right[j].capitalize()}\n")
        f.write("athens unknown paris parisland\n")
    f.write(": unknown words\nnobody knows these words\n")
with open(path("pairs.tsv"), "w") as f:
    f.write("# two words and how similar they are\n")
    for k in range(40):
        a, b = rng.choice(words[:-1], 2)
        b = "nowhere" if k % 8 == 0 else b
        f.write(f"{a}\t{b}\t{rng.integers(0, 8)}\n")

_, sections = kv.evaluate_word_analogies(path("questions.txt"))
pearson, spearman, missing = kv.evaluate_word_pairs(path("pairs.tsv"))
unit = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)


def shifted(word):
    return (1 + unit @ unit[words.index(word)]) / 2


def multiply(a, b, c):
    scores = shifted(b) * shifted(c) / (shifted(a) + 0.001)
    return [[words[i], float(scores[i])] for i in np.argsort(-scores) if words[i] not in (a, b, c)][:3]


# --- fastText ---------------------------------------------------------------------------------------------------
ft_words, ft_counts = ["</s>", "cat", "über", "a"], [9, 5, 4, 3]
ft_dim, buckets, minn, maxn = 3, 7, 2, 3
table = rng.normal(size=(len(ft_words) + buckets, ft_dim)).astype(np.float32)


def fnv(text):
    h = 2166136261
    for byte in text.encode():
        signed = byte - 256 if byte > 127 else byte
        h = ((h ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return h


def grams(word):
    text = "<" + word + ">"
    found = []
    for i in range(len(text)):
        for n in range(minn, maxn + 1):
            if i + n <= len(text) and not (n == 1 and (i == 0 or i + n == len(text))):
                found.append(len(ft_words) + fnv(text[i:i + n]) % buckets)
    return found


def composed(word):
    own = [ft_words.index(word)] if word in ft_words else []
    ids = own + ([] if word == "</s>" else grams(word))
    return [float(x) for x in table[ids].astype(np.float64).mean(axis=0)]


with open(path("fasttext.bin"), "wb") as f:
    f.write(struct.pack("<ii", 793712314, 12))
    f.write(struct.pack("<12i", ft_dim, 5, 5, 1, 5, 1, 2, 2, buckets, minn, maxn, 100))
    f.write(struct.pack("<d", 1e-4))
    f.write(struct.pack("<iiiqq", len(ft_words) + 1, len(ft_words), 1, sum(ft_counts), -1))
    for word, count in zip(ft_words, ft_counts):
        f.write(word.encode() + b"\0" + struct.pack("<qb", count, 0))
    f.write(b"__label__x\0" + struct.pack("<qb", 2, 1))
    f.write(struct.pack("<?", False))
    f.write(struct.pack("<qq", *table.shape))
    f.write(table.tobytes())
    f.write(struct.pack("<?qq", False, 1, ft_dim) + np.zeros(ft_dim, np.float32).tobytes())

expected = {
    "words": words,
    "dimensions": D,
    "vectors": [[float(x) for x in row] for row in vectors],
    "neighbors": {w: [[a, b] for a, b in kv.most_similar(w, topn=4)] for w in ("athens", "北京")},
    "add": [[a, b] for a, b in kv.most_similar(positive=["athensland", "cairo"], negative=["athens"], topn=3)],
    "multiply": multiply("athens", "athensland", "cairo"),
    "odd": kv.doesnt_match(["athens", "athensland", "cairoland", "Delhiland"]),
    "sections": {s["section"]: [len(s["correct"]), len(s["correct"]) + len(s["incorrect"])] for s in sections},
    "pearson": float(pearson[0]),
    "spearman": float(spearman[0]),
    "missing_percent": float(missing),
    "fasttext": {w: composed(w) for w in ft_words + ["cats", "überall", "zz"]},
}
with open(path("expected.json"), "w") as f:
    json.dump(expected, f, ensure_ascii=False, indent=1)
    f.write("\n")
print(expected["sections"], expected["pearson"], expected["spearman"], missing)
