#!/usr/bin/env bash
#
# Proves that the crash tests see what they are for: each mutation of the
# tables in mutations_*.sh is one mistake in a copy of the store's sources,
# with which each program that it names must fail.  Each publishing store is in
# one of the tables.
#
#   mutate.sh [-a] [mutation ...]
#
# Without -a only the first program of each mutation is run, the quickest one.
# Ends with "N passed, N failed".
#
# environment: CC, FLAGS, STORE (the sources), UNIT (the folder in which the
# Makefile has built the tests with these flags, and the mutations are built)

set -u

names=()
kinds=()
functions=()
texts=()
replacements=()
programs=()

mutation() {
    names+=("$1")
    kinds+=("$2")
    functions+=("ngx_print_$3")
    texts+=("$4")
    replacements+=("$5")
    programs+=("${*:6}")
}

# NAME FUNCTION ARGUMENTS PROGRAM...: without the publishing store with these
# first arguments

gone() {
    mutation "$1" publish "$2" "$3" ';' "${@:4}"
}

# NAME FUNCTION TEXT NEW PROGRAM...: TEXT, which it has once, becomes NEW

turn() {
    mutation "$1" text "$2" "$3" "$4" "${@:5}"
}

# PROGRAM is every_instruction:OPERATION,..., random_points, dying_processes, or
# FOLDER/NAME of another test

for table in "${0%/*}"/mutations_*.sh; do
    # shellcheck source=/dev/null
    . "$table"
done

# the file with one place changed goes to folder $1; its line is printed

mutate() {
    perl -0777 -e '
        my ($out, $kind, $function, $text, $new, @files) = @ARGV;
        my $place = join "\\s+", map { quotemeta } split " ", $text;
        my @found;

        $place = "ngx_print_store_publish\\(\\s*$place(?!\\w).*?\\);"
            if $kind eq "publish";

        for my $file (@files) {
            open my $fh, "<", $file or die "$file: $!\n";
            my $source = <$fh>;

            while ($source =~ /^\Q$function\E\(.*?^\}/gms) {
                my ($start, $body) = ($-[0], $&);

                while ($body =~ /$place/gs) {
                    push @found, [$file, $source, $start + $-[0],
                                  $+[0] - $-[0]];
                }
            }
        }

        die "$function() has this ${\ scalar @found} times: $text\n"
            if @found != 1;

        my ($file, $source, $at, $len) = @{$found[0]};
        print $file, ":", 1 + (substr($source, 0, $at) =~ tr/\n//), "\n";

        substr($source, $at, $len) = $new;
        $file =~ s/.*\///;

        open my $fh, ">", "$out/$file" or die "$out/$file: $!\n";
        print $fh $source;
        close $fh or die "$out/$file: $!\n";
    ' "$@"
}

compile() {
    "$CC" "${flags[@]}" -w -c -o "${1%.c}.o" "$1"
}

# folder $1, program $2: an object of the folder takes the place of the one in
# the library, because the linker sees it first

link() {
    local folder=$1 program=$2

    [[ $program = */* ]] || program=crash/$program

    "$CC" "${flags[@]}" -o "$folder/$(basename "$program")" \
        "$UNIT/o/$program.o" "${@:3}" "$UNIT/libunit.a" -lyajl -lz -lm
}

# folder $1, program $2 as the table has it: 0 if it fails, 1 if it passes

fails() {
    local program=${2%%:*} limit arguments=()

    # One that hangs has failed.  It hangs if it takes too much of the
    # processor, which is the same on a busy machine; the programs' own guard
    # is for one that sleeps.

    limit=$((all ? 120 : 10))

    case $2 in
    random_points|dying_processes)
        limit=$((seconds * 4 + 40))
        arguments=("$seconds")
        ;;
    every_instruction:*)
        IFS=, read -ra arguments <<< "${2#*:}"
        ;;
    esac

    link "$1" "$program" "${@:3}" || return 2

    # the shell's message about a program that was killed is part of the output

    { (ulimit -t "$limit" \
         && exec "$1/$(basename "$program")" "${arguments[@]}"); } \
        > "$1/${2//\//.}.log" 2>&1

    case $? in
    0) return 1 ;;
    3) return 2 ;;       # it has no operation of this name
    *) return 0 ;;
    esac
}

# mutation $1; what is wrong with it is printed

try() {
    local dir=$DIR/${names[$1]} place program

    if ! place=$(mutate "$dir" "${kinds[$1]}" "${functions[$1]}" \
                        "${texts[$1]}" "${replacements[$1]}" "${store[@]}" 2>&1)
    then
        echo "does not apply any more: $place"
        return
    fi

    echo "${kinds[$1]} $place" > "$dir/place"

    if ! compile "$dir"/*.c; then
        echo 'does not compile'
        return
    fi

    for program in ${programs[$1]}; do
        fails "$dir" "$program" "$dir"/*.o

        case $? in
        0) ;;
        1) echo "$program passes, with $place changed" ;;
        *) echo "$program does not link, or has no such operation" ;;
        esac

        [ "$all" -eq 1 ] || break
    done
}

result() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        return
    fi

    failed=$((failed + 1))
    printf 'not ok mutation %s: %s\n' "$1" "$2"
}

# up to nproc of a command at a time; "wait" is for the last ones

parallel() {
    if [ "$jobs" -eq "$(nproc)" ]; then
        wait -n
    else
        jobs=$((jobs + 1))
    fi

    "$@" &
}

# the seconds are those of a mistake that is not found: a program ends with the
# first failure, mostly within two, on a busy machine within many

all=0
seconds=120

if [ "${1-}" = -a ]; then
    shift
    all=1
    seconds=300
fi

jobs=0
passed=0
failed=0

DIR=$UNIT/mutate

read -ra flags <<< "$FLAGS"
read -ra store <<< "$STORE"

rm -rf "${DIR:?}"
mkdir -p "$DIR"

# without a mutation they pass

for program in every_instruction:open random_points dying_processes; do
    seconds=2 fails "$DIR" "$program"
    rc=$?
    error=
    [ "$rc" -eq 1 ] || error="$program fails without one"
    result none "$error"
done

for i in "${!names[@]}"; do
    if [ $# -eq 0 ] || [[ " $* " = *" ${names[i]} "* ]]; then
        mkdir "$DIR/${names[i]}"
        parallel try "$i" > "$DIR/${names[i]}/result" 2>&1
    fi
done

wait

for name in "${names[@]}"; do
    if [ -e "$DIR/$name/result" ]; then
        result "$name" "$(cat "$DIR/$name/result")"
    fi
done

if [ $# -eq 0 ]; then
    while read -r place; do
        error="nothing removes $place"
        grep -qxF "publish $place" "$DIR"/*/place && error=
        result coverage "$error"
    done < <(grep -n 'ngx_print_store_publish(' "${store[@]}" | cut -d: -f1,2)
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
