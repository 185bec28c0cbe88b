#!/usr/bin/env bash
# Makes the model files of this folder. Run with the `cantus` of commit 4bbfc9d, whose recipes had the key
# model.bidirectional, and which later versions must go on reading:
#
#   CANTUS=.../cantus bash make.sh
set -euo pipefail
cd "$(dirname "$0")"
data=$(mktemp --suffix=.tsv)
trap 'rm -f "$data"' EXIT
{
    printf 'title\ttags\n'
    for round in 1 2 3 4 5 6; do
        printf 'join a query\tsql\nan index of a view\tsql\nmargin of a flexbox\tcss\nhover over a margin\tcss|sql\n'
    done
} > "$data"
small=(--set model.embedding=4 --set model.hidden=4 --set subwords.buckets=16 --epochs 3 --batch-size 4 --threads 1)
train() { "$CANTUS" tag train --data "$data" --output "$1.safetensors" --force "${small[@]}" "${@:2}" > /dev/null; }
predict() { "$CANTUS" tag predict "$1.safetensors" --threshold 0 --json "join the margin" "hovers" "" > "$1.json"; }
train both-directions
train one-direction --set model.bidirectional=false
train average --model average
for name in both-directions one-direction average; do predict "$name"; done
