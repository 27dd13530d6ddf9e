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
        /// Where the words in front of it end.
        let end: Int
        let shape: ColumnScanner.Shape?
    }

    /// All the words, one after the other.
    private var words = [UInt8]()
    private var pieces = [Piece]()

    init(_ slots: [Slot], of bytes: UnsafeBufferPointer<UInt8>) {
        var place = 0
        for slot in slots {
            words += bytes[place..<slot.range.lowerBound]
            pieces.append(Piece(end: words.count, shape: slot.shape))
            place = slot.range.upperBound
        }
        words += bytes[place...]
    }

    /// The columns of an answer; nil where it has another layout.
    func columns(_ bytes: UnsafeBufferPointer<UInt8>, keepsTop: Bool) -> [Column]? {
        guard let base = bytes.baseAddress else { return nil }
        var columns = [Column]()
        columns.reserveCapacity(pieces.count)
        var expected = 0
        var place = 0
        var taken = 0
        return words.withUnsafeBufferPointer { words in
            func take(to end: Int) -> Bool {
                let count = end - taken
                guard let own = words.baseAddress, bytes.count - place >= count,
                    memcmp(base + place, own + taken, count) == 0
                else { return false }
                place += count
                taken = end
                return true
            }
            for piece in pieces {
                guard take(to: piece.end) else { return nil }
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
            return take(to: words.count) && place == bytes.count ? columns : nil
        }
    }
}
