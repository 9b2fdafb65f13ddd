# Sourced by packaging/fuzz: does the fuzzer find a defect? It is put into a copy of the product's sources, never into those that are built for anybody.
# shellcheck shell=bash
# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

# Off by one in the reader of content headers, each a file in Sources/Broker, what stands there, and what is put in its place: a string may end one
# byte behind what is there, which traps; and one property less is looked for, which only the comparison with the twin can tell.
seeded_defects=(
    'Frames/Span+Fields.swift|size <= count - index else|size <= count - index + 1 else'
    'Frames/PropertyScan.swift|stride(from: 10, through: 7, by: -1)|stride(from: 10, through: 8, by: -1)'
)

# seed_defect DIRECTORY FILE FROM TO : copies of Broker and of the fuzz target that is to find it, Broker with the defect.
seed_defect() {
    local directory=$1 file=$2 text
    rm -rf "$directory"
    mkdir -p "$directory"
    cp -r Sources/Broker "$directory/SeededBroker"
    cp -r Tests/Fuzz/Frames "$directory/SeededFrames"
    sed -i 's/import Broker/import SeededBroker/' "$directory"/SeededFrames/*.swift
    text=$(<"Sources/Broker/$file")
    [[ $text == *"$3"* ]] || fail 1 "Sources/Broker/$file has no line with '$3' any more; give packaging/lib/seeded.sh another defect"
    printf '%s\n' "${text/"$3"/"$4"}" >"$directory/SeededBroker/$file"
}

# seeded_run DIRECTORY : succeeds if each is found in the time that packaging/fuzz gives. What earlier runs have gathered counts for nothing here.
seeded_run() {
    local findings=$1 defect file from to begin took corpus
    for defect in "${seeded_defects[@]}"; do
        IFS='|' read -r file from to <<<"$defect"
        seed_defect .build/fuzz-seeded "$file" "$from" "$to"
        say "building fuzz-seeded: in $file, '$to' in the place of '$from'"
        WARREN_FUZZ=seeded build fuzz-seeded
        rm -f "$findings"/Frames-*
        corpus=$(mktemp --directory --tmpdir="$findings")
        say 'fuzzing until the defect is found'
        begin=$SECONDS
        if WARREN_FUZZ=seeded run Frames fuzz-seeded "$corpus" Tests/Fuzz/Frames/Corpus; then
            figures Frames
            fail 1 "the defect in $file was not found"
        fi
        took=$((SECONDS - begin))
        grep -E 'Fatal error|ERROR: libFuzzer' "$findings/Frames.log" | head -n 1 | cut -c 1-200
        # A crash that is not the defect's would prove nothing: the same input must be harmless to the product as it is.
        build fuzz-frames
        "$(build fuzz-frames --show-bin-path)/fuzz-frames" "$findings"/Frames-* 2>"$findings/sound.log" ||
            fail 1 "what was found is a defect of the product itself: $(tail -n 5 "$findings/sound.log")"
        echo "the defect in $file was found after $took s"
    done
    rm -rf "$findings"
}
