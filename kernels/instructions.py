"""Counts the instructions of a compiled kernel, block by block between its branches and barriers.

    python3 instructions.py build/frontend_bank.sm_90.cubin frontend_bank_400_32_hop160

There is no disassembler in the CUDA packages that compile the kernels; the kinds of instructions
are told by their opcodes (the low 12 bits of their 16 bytes), as nvdisasm prints them. A line is a
basic block: how often a warp runs it has to be known from the source.
"""
import struct
import sys

FLOAT = {0x20: "FMUL", 0x21: "FADD", 0x23: "FFMA", 0x09: "FMNMX", 0x08: "FSEL", 0x0B: "FSETP"}
EXACT = {
    0x984: "LDS", 0x988: "STS", 0x981: "LDG", 0x986: "STG", 0x980: "LD", 0x985: "ST",
    0x983: "LDL", 0x387: "STL", 0x388: "STS", 0xFAE: "LDGSTS", 0x9AF: "LDGDEPBAR", 0x91A: "DEPBAR",
    0xB1D: "BAR", 0x947: "BRA", 0x94D: "EXIT", 0x944: "CALL", 0x943: "CALL", 0x950: "RET",
    0x308: "MUFU", 0x389: "SHFL", 0xF89: "SHFL", 0x918: "NOP", 0xB82: "LDC", 0xAB9: "ULDC",
    0x7AC: "LDCU", 0x919: "S2R", 0x9C3: "S2UR", 0x941: "BSYNC", 0x945: "BSSY",
}


def kind(low):
    code = low & 0xFFF
    if code in EXACT:
        return EXACT[code]
    return FLOAT.get(code & 0x1FF, "INT") if code < 0x900 else "INT"


def text_of(data, name):
    (at,) = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    sections = [struct.unpack_from("<IIQQQQ", data, at + i * size) for i in range(count)]
    strings = sections[names][4]
    for section in sections:
        start = strings + section[0]
        if data[start : data.index(0, start)].decode() == ".text." + name:
            return data[section[4] : section[4] + section[5]]
    raise SystemExit(f"cochlea: no kernel {name} in this cubin")


def main():
    data = open(sys.argv[1], "rb").read()
    text = text_of(data, sys.argv[2])
    count = len(text) // 16
    words = [struct.unpack_from("<QQ", text, 16 * i) for i in range(count)]
    kinds = [kind(low) for low, _ in words]
    targets = {}
    for i, (low, high) in enumerate(words):
        if kinds[i] == "BRA":
            # A signed distance from the next instruction: bits 34 and up (in fours), or 32 and up.
            distance = (low >> 34 | (high & 0x3FFFF) << 30) & (1 << 48) - 1
            if distance >> 47:
                distance -= 1 << 48
            targets[i] = i + 1 + distance * 4 // 16
    starts = {0} | {t for t in targets.values() if 0 <= t < count}
    starts |= {i + 1 for i in targets} | {i + 1 for i, k in enumerate(kinds) if k in ("BAR", "EXIT")}
    order = sorted(s for s in starts if s < count)
    for start, end in zip(order, order[1:] + [count]):
        tally = {}
        for k in kinds[start:end]:
            tally[k] = tally.get(k, 0) + 1
        floats = sum(tally.get(k, 0) for k in FLOAT.values())
        notes = " ".join(f"{k} {n}" for k, n in sorted(tally.items(), key=lambda e: -e[1])
                         if k != "NOP")
        last = targets.get(end - 1)
        loop = f"  -> {last}" if last is not None else ""
        print(f"{start:5d} {end - start:5d} float {floats:4d}  {notes}{loop}")


main()
