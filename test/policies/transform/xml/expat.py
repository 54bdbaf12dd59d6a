"""Reads XML documents, one JSON string a line, with expat; writes what each means in JSON, or null, one a line.

With the argument "namespaces", names are looked up in their namespaces, and a prefix that is not declared is refused.

A second implementation of the rules between XML and JSON, to hold the first one against: every value a text, names as
they stand, elements in the order of their names.
"""
import json
import sys
from xml.parsers import expat

DEEPEST = 64


class Refused(Exception):
    pass


def read(text):
    stack, top = [], []

    def start(name, attributes):
        if len(stack) >= DEEPEST:
            raise Refused
        stack.append((name, dict(attributes), [], []))

    def end(_name):
        name, attributes, children, texts = stack.pop()
        (stack[-1][2] if stack else top).append((name, value_of(attributes, children, "".join(texts))))

    def characters(data):
        stack[-1][3].append(data)

    def doctype(*_):
        raise Refused

    parser = expat.ParserCreate("utf-8", *([" "] if "namespaces" in sys.argv else []))
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    name, value = top[0]
    return {name: value}


def value_of(attributes, children, text):
    if not attributes and not children:
        return text
    members = {}
    for name, value in attributes.items():
        members["@" + name] = value
    grouped = {}
    for name, value in children:
        grouped.setdefault(name, []).append(value)
    for name, values in grouped.items():
        members[name] = values if len(values) > 1 else values[0]
    if children:
        text = text.strip(" \t\r\n")
    if text:
        members["#text"] = text
    return members


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except (Refused, expat.ExpatError):
        answer = None
    print(json.dumps(answer))
