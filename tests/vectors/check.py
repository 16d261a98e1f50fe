#!/usr/bin/env python3
"""Computes every test vector of the protocol a second time, from docs/protocol.md and the two .proto files alone.

    python3 tests/vectors/check.py           # exits 1 if anything differs
    python3 tests/vectors/check.py --write   # fills in the outputs, for new cases

The standard library is all it needs. The same files are read by the tests of the Rust crates.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

from groups import FILES  # noqa: E402, after the line above

HERE = pathlib.Path(__file__).resolve().parent


def differences(case, outputs):
    for name, value in outputs.items():
        if name not in case:
            yield f"{name} is missing"
        elif case[name] != value:
            yield f"{name}: {case[name]!r} recorded, {value!r} computed"


def run(write):
    passed = failed = 0
    for name, groups in FILES.items():
        path = HERE / name
        file = json.loads(path.read_text(encoding="utf-8"))
        strange = set(file) - {"about"} ^ set(groups)
        if strange:
            print(f"{name}: {sorted(strange)} stand on one side only")
            failed += 1
        for group, compute in groups.items():
            cases, bad = file.get(group, []), 0
            for index, case in enumerate(cases):
                outputs = compute(case, file)
                if write:
                    case.update(outputs)
                wrong = list(differences(case, outputs))
                bad += bool(wrong)
                for text in wrong:
                    print(f"{name} {group}[{index}] {case.get('name', '')}: {text}")
            if not cases:
                print(f"{name} {group}: no case")
                bad += 1
            print(f"{name} {group}: {len(cases) - bad} of {len(cases)}")
            passed, failed = passed + len(cases) - bad, failed + bad
        if write:
            path.write_text(json.dumps(file, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    strays = {path.name for path in HERE.glob("*.json")} - set(FILES)
    if strays:
        print(f"{sorted(strays)}: nobody reads these")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed == 0


if __name__ == "__main__":
    sys.exit(0 if run("--write" in sys.argv[1:]) else 1)
