#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: [TESTS='PATH...'] [ONLY='PATTERN...'] mutants.sh LAYER[/FILE]...
# Changes the code of layers of plugins/module_utils in one place after the other and lists the changes with which all
# their tests pass. TESTS are other tests than those of the layer, ONLY chooses mutants by name, for example '*_mutmut_*7'.
set -euo pipefail
cd "$(dirname "$0")/../.."
checkout=$PWD venv=$PWD/.venv-mutants utils=plugins/module_utils here=ansible_collections/netledger/ipam
PATH=$venv/bin:$PATH

tests_of() {
    case $1 in
        _space) echo tests/unit/$utils/_space tests/property/test_carve.py tests/property/test_runs.py ;;
        *) echo "tests/unit/$utils/$1" ;;
    esac
}

quoted() {
    printf '"%s", ' "$@"
}

# mutmut knows a module by its path, so it works on a copy that lies where Ansible's names say. A message is the line that
# begins with a string of several words; what it says is not changed.
configure() {
    local files=$1
    shift
    git ls-files -z --cached --others --exclude-standard docs meta plugins tests ./*.md ./*.yml |
        xargs -0 cp --parents --preserve=timestamps -t "$work/$here"
    cat pyproject.toml - > "$work/pyproject.toml" <<EOF

[tool.mutmut]
source_paths = ["ansible_collections"]
only_mutate = ["$here/$utils/$files"]
do_not_mutate_patterns = ['^\s*f?"[^"]* [^"]*"']
pytest_add_cli_args_test_selection = [$(quoted "${@/#/$here/}")]
EOF
}

report() {
    mutmut results | sed -n 's/^ *\(.*\): survived$/\1/p' | while read -r mutant; do
        mutmut show "$mutant" | sed '/^--- /d; /^+++ /d'
    done
    mutmut results --all true | sed 's/.*: //' | sort | uniq -c
}

tests/tools/make_venv.sh "${PYTHON:-python3}" .venv-mutants requirements/mutants.txt
for part in "$@"; do
    layer=${part%%/*}
    file=${part#"$layer"}
    file=${file#/}
    work=$checkout/build/mutants/$part
    read -ra tests <<< "${TESTS:-$(tests_of "$layer")}"
    read -ra only <<< "${ONLY:-}"
    rm -rf "$work"
    mkdir -p "$work/$here"
    configure "$layer/${file:-*.py}" "${tests[@]}"
    cd "$work"
    # One after the other: which tests are slow is measured before, and tells a mutant that never ends.
    mutmut run --max-children 1 "${only[@]}"
    report | tee report.txt
    cd "$checkout"
done
