#!/usr/bin/env bash
# Measures Cantus beside PyTorch and gensim on this machine, alternately, and prints tables of ratios.
#
#   bash Scripts/compare.sh steps [--infer | --dense-tables] [JOB...]   training steps, or single predictions
#   bash Scripts/compare.sh embed CORPUS [--loss NAME] [--subwords]     word vectors of tokens between spaces
#
# Both step the rows of embedding tables that the batch touched; with --dense-tables, both step all rows.
#
# ROUNDS=3 sets how often each is run. The peers are installed into .build/peers, a virtual environment of their own;
# PEERS=FOLDER names another that has them. Nothing else in the project needs Python.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    sed -n '4,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 64
}

rounds="${ROUNDS:-3}"
kind="${1:-}"
[ "$kind" = steps ] || [ "$kind" = embed ] || usage
shift

peers="${PEERS:-.build/peers}"
if [ ! -x "$peers/bin/python" ]; then
    echo "Installing the peers into $peers." >&2
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet --requirement Scripts/peers/requirements.txt
fi
echo "Building cantus." >&2
swift build -c release --product cantus >&2
cantus="$(swift build -c release --show-bin-path)/cantus"
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT

case "$kind" in
    steps)
        ours=() theirs=(--sparse) jobs=() title="training steps; embedding tables step the rows that a batch touched"
        for argument in "$@"; do
            case "$argument" in
                --infer) ours=(--infer) theirs=(--infer) title="predictions of one row" ;;
                --dense-tables)
                    ours=(--dense-tables) theirs=() title="training steps; embedding tables step all rows"
                    ;;
                -*) usage ;;
                *) jobs+=("$argument") ;;
            esac
        done
        [ ${#jobs[@]} -gt 0 ] || mapfile -t jobs < <("$cantus" bench steps --list)
        for ((round = 1; round <= rounds; round++)); do
            for job in "${jobs[@]}"; do
                echo "round $round of $rounds: $job" >&2
                "$cantus" bench steps --only "$job" --json "${ours[@]}" >>"$results/cantus"
                "$peers/bin/python" Scripts/peers/steps.py "$job" "${theirs[@]}" >>"$results/peers"
            done
        done
        ;;
    embed)
        [ $# -ge 1 ] || usage
        title="words a second in the training of word vectors"
        corpus="$1"
        shift
        for ((round = 1; round <= rounds; round++)); do
            for architecture in skip-gram cbow; do
                echo "round $round of $rounds: $architecture" >&2
                "$cantus" bench embed --corpus "$corpus" --architecture "$architecture" "$@" --repeats 1 \
                    --json >>"$results/cantus"
                "$peers/bin/python" Scripts/peers/embed.py "$corpus" "$architecture" "$@" --threads "$(nproc)" \
                    >>"$results/peers"
            done
        done
        ;;
esac
echo
echo "$title; $(nproc) threads, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
"$peers/bin/python" Scripts/peers/table.py "$kind" "$results/cantus" "$results/peers"
