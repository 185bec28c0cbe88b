"""The table of `Scripts/compare.sh`: medians of the rounds, and their ratio.

    python table.py steps CANTUS.jsonl PEER.jsonl      milliseconds: below 1, Cantus is faster
    python table.py embed CANTUS.jsonl PEER.jsonl      words a second: above 1, Cantus is faster
"""

import json
import statistics
import sys

kind, *files = sys.argv[1:]
key, value = {"steps": ("job", "ms"), "embed": ("job", "words_per_s")}[kind]


def medians(path):
    runs = {}
    with open(path) as lines:
        for line in lines:
            row = json.loads(line)
            runs.setdefault(row[key], []).append(row[value])
    return {name: (statistics.median(values), len(values)) for name, values in runs.items()}


cantus, peer = (medians(path) for path in files)
unit = {"steps": "ms", "embed": "words/s"}[kind]
name_of_peer = {"steps": "PyTorch", "embed": "gensim"}[kind]
print(f"| {key} | Cantus {unit} | {name_of_peer} {unit} | ratio | rounds |")
print("|---|---|---|---|---|")
for name, (ours, rounds) in cantus.items():
    theirs = peer[name][0]
    digits = 0 if kind == "embed" else 2
    print(f"| {name} | {ours:,.{digits}f} | {theirs:,.{digits}f} | {ours / theirs:.2f} | {rounds} |")
