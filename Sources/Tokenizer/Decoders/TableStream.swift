import Bytes

/// Decodes ids as they come, by a table of no byte-level vocabulary. It holds back bytes in a row, which together may be text.
struct TableStream: Sendable {
    private let tokenizer: Tokenizer
    private let table: DecodeTable
    private let skipped: UInt8
    private var held: [UInt8] = []
    private var isFirst = true
    private var leftToStrip: Int

    /// Nil where the tokenizer has no such table.
    init?(_ tokenizer: Tokenizer, skipSpecialTokens: Bool) {
        guard let table = tokenizer.decodeTable, !table.plan.isByteLevel else { return nil }
        self.tokenizer = tokenizer
        self.table = table
        skipped = skipSpecialTokens ? DecodeEntry.isSpecial : 0
        leftToStrip = table.plan.stripped.count
    }

    /// Appends the text that is certain with this id; it may be none.
    mutating func push(_ id: UInt32, to bytes: inout [UInt8]) {
        guard Int(id) < table.entries.count else { return }
        let entry = table.entries[Int(id)]
        if entry.tag == 0 || entry.tag & skipped != 0 { return }
        if entry.tag & DecodeEntry.isBroken != 0 {
            table.append(entry, to: &held)
            return
        }
        let start = bytes.count
        giveOut(to: &bytes)
        if isFirst, table.plan.firstDiffers {
            bytes += table.plan.first(tokenizer.token(id) ?? [])
        } else {
            table.append(entry, to: &bytes)
        }
        isFirst = false
        strip(&bytes, from: start)
    }

    /// Appends what was held back.
    mutating func finish(to bytes: inout [UInt8]) {
        let start = bytes.count
        giveOut(to: &bytes)
        strip(&bytes, from: start)
    }

    private mutating func giveOut(to bytes: inout [UInt8]) {
        if held.isEmpty { return }
        if UTF8Text.isValid(held) {
            bytes += held
        } else {
            for _ in held { bytes += [0xEF, 0xBF, 0xBD] }
        }
        held.removeAll(keepingCapacity: true)
    }

    /// Takes off the beginning of the text what the file says, if that is what came.
    private mutating func strip(_ bytes: inout [UInt8], from start: Int) {
        if leftToStrip == 0 { return }
        let character = table.plan.stripped.character
        var end = start
        while leftToStrip > 0, bytes[end...].starts(with: character) {
            end += character.count
            leftToStrip -= 1
        }
        if end < bytes.count { leftToStrip = 0 }
        bytes.removeSubrange(start..<end)
    }
}
