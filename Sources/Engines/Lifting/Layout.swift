import Glibc
import JSON

/// How an answer was written that had no escapes: what stood in it word for word, and what was lifted out between. An answer of the same
/// layout has the same skeleton, and is read without looking for its names.
struct Layout: Sendable {
    struct Slot: Sendable {
        /// Where it stands in the answer.
        let range: Range<Int>
        /// nil: a text or a number.
        let shape: ColumnScanner.Shape?
    }

    /// Longer answers have little besides their columns.
    static let longest = 1 << 16

    private struct Piece: Sendable {
        let words: Range<Int>
        let shape: ColumnScanner.Shape?
    }

    /// All the words, one after the other: those in front of each slot, then those behind the last.
    private let words: [UInt8]
    private let pieces: [Piece]
    private let rest: Range<Int>

    init(_ slots: [Slot], of bytes: UnsafeBufferPointer<UInt8>) {
        var words = [UInt8]()
        var pieces = [Piece]()
        var place = 0
        for slot in slots {
            let start = words.count
            words += bytes[place..<slot.range.lowerBound]
            pieces.append(Piece(words: start..<words.count, shape: slot.shape))
            place = slot.range.upperBound
        }
        rest = words.count..<words.count + bytes.count - place
        words += bytes[place...]
        (self.words, self.pieces) = (words, pieces)
    }

    /// The columns of an answer; nil where it has another layout.
    func columns(_ bytes: UnsafeBufferPointer<UInt8>, keepsTop: Bool) -> [Column]? {
        guard let base = bytes.baseAddress else { return nil }
        var columns = [Column]()
        columns.reserveCapacity(pieces.count)
        var expected = 0
        var place = 0
        return words.withUnsafeBufferPointer { words in
            func take(_ range: Range<Int>) -> Bool {
                guard let own = words.baseAddress, bytes.count - place >= range.count,
                    memcmp(base + place, own + range.lowerBound, range.count) == 0
                else { return false }
                place += range.count
                return true
            }
            for piece in pieces {
                guard take(piece.words) else { return nil }
                if let shape = piece.shape {
                    guard
                        let (column, length) = ColumnScanner.read(
                            shape, bytes, from: place, expected: expected, keepsTop: keepsTop)
                    else { return nil }
                    if column.count > 0 { expected = column.count }
                    columns.append(column)
                    place += length
                } else {
                    guard let (value, end) = PlainScalar.read(bytes, from: place) else { return nil }
                    columns.append(.scalar(value))
                    place = end
                }
            }
            return take(rest) && place == bytes.count ? columns : nil
        }
    }
}
