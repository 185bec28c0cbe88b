#!/usr/bin/env bash
# Builds Cantus, trains a tagger on the questions in Corpora/ and tags three new ones, then trains word vectors on the
# prose there and looks at a few, forecasts the web traffic there, and at last makes sounds of a street and a classifier
# that hears sirens among them.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

echo "Building cantus (a few minutes the first time)."
swift build -c release --product cantus
cantus="$(swift build -c release --show-bin-path)/cantus"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# Shows a command as one would type it, and runs it.
show() {
    local word line="cantus"
    for word in "$@"; do
        case "$word" in
            *' '*) line+=" \"$word\"" ;;
            *) line+=" ${word#"$folder"/}" ;;
        esac
    done
    printf '\n$ %s\n' "$line"
    "$cantus" "$@"
}

show run Recipes/auto-tag-questions.yaml --set model.kind=average --output "$folder/tagger.safetensors"
show tag predict "$folder/tagger.safetensors" \
    "Why does my sourdough stick to the basket?" \
    "the chain on my bike keeps slipping" \
    "How do I take sharp photos of my dog running?"
show run Recipes/word-vectors.yaml --output "$folder/vectors.safetensors"
show embed neighbors "$folder/vectors.safetensors" king hammer mother --count 4
show embed odd "$folder/vectors.safetensors" apples cheese bread hammer
show run Recipes/web-traffic-next-day.yaml --output "$folder/next-day.safetensors"
show forecast predict "$folder/next-day.safetensors" --data Corpora/web-traffic.csv --steps 6
show corpora make sirens --output "$folder/sirens" --sources 30 --snr -5,5
show audio train --data "$folder/sirens/sirens.csv" --split fold --test-group 1 --features log-mel --epochs 20 --by snr \
    --output "$folder/sirens.safetensors"
show audio classify "$folder/sirens.safetensors" "$folder"/sirens/{yelp,hi-lo,horn,speech}-001_5.flac

echo
echo "The binary is $cantus. 'cantus --help' shows what it can do."
