#!/usr/bin/env python3
"""Turns typecase.h into a C file of empty functions. The Swift library's debug information speaks Swift; this one's speaks C, so
that abidiff sees the types: a changed parameter, a grown struct, a renumbered status."""

import pathlib
import re
import sys

HEADER = pathlib.Path(__file__).resolve().parents[2] / "include" / "typecase.h"


def stub() -> str:
    plain = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    plain = re.sub(r"^#.*(?:\\\n.*)*$", "", plain, flags=re.M)
    functions = []
    for result, name, arguments in re.findall(r"TYPECASE_API\s+([\w\s*]+?)(\w+)\(([^;]*?)\)\s*(?:TYPECASE_MUST_CHECK)?;", plain):
        body = "" if result.strip() == "void" else "return 0;"
        functions.append(f"{result} {name}({arguments}) {{ {body} }}")
    return '#include "typecase.h"\n' + "\n".join(functions) + "\n"


if __name__ == "__main__":
    sys.stdout.write(stub())
