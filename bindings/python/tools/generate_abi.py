#!/usr/bin/env python3
"""Writes typecase/_abi.py from include/typecase.h, so that the two cannot differ. With --check: says whether they do."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[2] / "include" / "typecase.h"
OUTPUT = HERE.parent / "typecase" / "_abi.py"

SCALARS = {
    "int": "c_int",
    "size_t": "c_size_t",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
    "uint32_t": "c_uint32",
    "int32_t": "c_int32",
    "float": "c_float",
    "uint8_t": "c_uint8",
    "typecase_status": "c_int",
    "void": "None",
}


def ctype(declaration, structs):
    """The ctypes name of a C type such as `const char *const *`."""
    text = re.sub(r"\bconst\b", "", declaration).replace(" ", "")
    base, stars = text.rstrip("*"), text.count("*")
    if base == "char" and stars == 1:
        return "c_char_p"
    if base in structs and stars == 1:
        return f"POINTER({base})"
    if base in SCALARS:
        name, rest = SCALARS[base], stars
    elif base == "char":
        name, rest = "c_char_p", stars - 1
    else:  # an opaque handle
        name, rest = "c_void_p", stars - 1
    for _ in range(rest):
        name = f"POINTER({name})"
    return name


def parameter(text, structs):
    text = text.strip()
    if text.endswith("]"):
        return "c_void_p"
    kind = ctype(re.fullmatch(r"(.*?)(\w+)", text, flags=re.S).group(1), structs)
    # An address is passed as a number: what ctypes does with a pointer's type costs as much as a short call.
    return "c_void_p" if kind.startswith("POINTER") else kind


def generate():
    source = HEADER.read_text()
    plain = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    version = ".".join(re.search(rf"TYPECASE_VERSION_{part} (\d+)", plain).group(1) for part in ("MAJOR", "MINOR", "PATCH"))
    plain_code = re.sub(r"^#.*(?:\\\n.*)*$", "", plain, flags=re.M)
    structs = dict(re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", plain, flags=re.S))
    lines = [
        '"""The C interface as ctypes sees it. Made by tools/generate_abi.py from include/typecase.h: do not edit."""',
        "",
        "from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_float, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p",
        "",
        f'VERSION = "{version}"',
        "",
    ]
    for name, value in re.findall(r"(TYPECASE_(?:OK|ERR_\w+)) = (\d+)", plain):
        lines.append(f"{name} = {value}")
    for name, value in re.findall(r"#define (TYPECASE_(?:ENCODE|TEMPLATE|KIND|EVENT|CALL)_\w+) (\d+)u", plain):
        lines.append(f"{name} = {value}")
    for name, body in structs.items():
        lines += ["", "", f"class {name}(Structure):", "    _fields_ = ["]
        for member in filter(None, (part.strip() for part in body.split(";"))):
            function = re.fullmatch(r"(\w+) \(\*(\w+)\)\((.*)\)", member, flags=re.S)
            if function:
                # Pointers come as addresses: texts may hold NUL bytes.
                result, field, arguments = function.groups()
                kinds = ["c_void_p" if "*" in text else ctype(re.fullmatch(r"(.*?)(\w+)", text.strip()).group(1), structs) for text in arguments.split(",")]
                lines.append(f'        ("{field}", CFUNCTYPE({ctype(result, structs)}, {", ".join(kinds)})),')
                continue
            kind, field = re.fullmatch(r"(.*?)(\w+)", member, flags=re.S).groups()
            lines.append(f'        ("{field}", {ctype(kind, structs)}),')
        lines.append("    ]")
    lines += ["", "", "# name: (result, parameters)", "FUNCTIONS = {"]
    for result, name, arguments in re.findall(r"TYPECASE_API\s+([\w\s*]+?)(\w+)\(([^;]*?)\)\s*(?:TYPECASE_MUST_CHECK)?;", plain_code):
        kinds = [] if arguments.strip() == "void" else [parameter(text, structs) for text in arguments.split(",")]
        restype = ctype(result, structs)
        # A text may hold NUL bytes: c_char_p as a result would stop at the first.
        if restype == "c_char_p" and name not in ("typecase_version", "typecase_status_name"):
            restype = "c_void_p"
        if restype.startswith("POINTER"):
            restype = "c_void_p"
        lines.append(f'    "{name}": ({restype}, [{", ".join(kinds)}]),')
    lines += ["}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    text = generate()
    if "--check" in sys.argv:
        if OUTPUT.read_text() != text:
            sys.exit("typecase/_abi.py is not what include/typecase.h says: run tools/generate_abi.py")
    else:
        OUTPUT.write_text(text)
