"""The table of `Scripts/compare.sh`: medians of the rounds, and their ratio.

    python table.py steps CANTUS.jsonl PEER.jsonl      milliseconds: below 1, Cantus is faster; "at peak" is what the
                                                       job's products take at the machine's best speed
    python table.py embed CANTUS.jsonl PEER.jsonl      words a second: above 1, Cantus is faster
"""

import json
import statistics
import sys

kind, *files = sys.argv[1:]
key, value = {"steps": ("job", "ms"), "embed": ("job", "words_per_s")}[kind]


def runs(path):
    runs = {}
    with open(path) as lines:
        for line in lines:
            row = json.loads(line)
            runs.setdefault(row[key], []).append(row)
    return runs


def median(rows, of=lambda row: row[value]):
    return statistics.median(map(of, rows))


cantus, peer = (runs(path) for path in files)
unit = {"steps": "ms", "embed": "words/s"}[kind]
name_of_peer = {"steps": "PyTorch", "embed": "gensim"}[kind]
has_peak = kind == "steps"
print(f"| {key} | Cantus {unit} | {name_of_peer} {unit} | ratio |{' at peak |' if has_peak else ''} rounds |")
print("|---|---|---|---|---|" + ("---|" if has_peak else ""))
for name, rows in cantus.items():
    ours, theirs = median(rows), median(peer[name])
    digits = 0 if kind == "embed" else 2
    peak = f" {median(rows, lambda row: row['ms'] * row['peak_share']):,.2f} |" if has_peak else ""
    print(f"| {name} | {ours:,.{digits}f} | {theirs:,.{digits}f} | {ours / theirs:.2f} |{peak} {len(rows)} |")
