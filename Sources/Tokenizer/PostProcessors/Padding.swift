/// The section `padding` of the file (`utils/padding.rs`).
struct Padding: Sendable {
    /// Nil for the longest of the batch.
    let length: Int?
    let multiple: Int
    let isLeft: Bool
    let id: UInt32
    let type: UInt32

    /// Lengths beyond this are refused: padding would take all memory.
    static let limit = 1 << 24

    /// The length that an encoding is padded to when the longest of the batch has `longest` tokens.
    func target(longest: Int) -> Int {
        let target = length ?? longest
        return multiple > 0 && target % multiple > 0 ? target + multiple - target % multiple : target
    }

    func apply(to encoding: inout Encoding, target: Int, details: Bool) {
        let missing = target - encoding.ids.count
        guard missing > 0 else { return }
        func pad<T>(_ values: inout [T], _ value: T, _ count: Int) {
            values.insert(contentsOf: repeatElement(value, count: count), at: isLeft ? 0 : values.count)
        }
        pad(&encoding.ids, id, missing)
        guard details else { return }
        pad(&encoding.byteOffsets, 0, 2 * missing)
        pad(&encoding.characterOffsets, 0, 2 * missing)
        pad(&encoding.typeIDs, type, missing)
        pad(&encoding.specialTokensMask, 1, missing)
        pad(&encoding.attentionMask, 0, missing)
    }
}
