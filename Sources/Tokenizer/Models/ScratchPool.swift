import Synchronization

/// Working memories between calls, so that a call neither allocates them nor starts with an empty `WordCache`. Each is
/// used by one thread at a time: a thread takes one out and puts it back, without waiting; where there is none it makes
/// one, and where there is no room it drops it. A fork in between loses what other threads had taken out, nothing else.
final class ScratchPool: Sendable {
    private final class Slot: Sendable {
        /// The address of one that the pool owns, or 0.
        let held = Atomic<UInt>(0)

        func take() -> EncodeScratch? {
            let address = held.exchange(0, ordering: .acquiring)
            guard let pointer = UnsafeRawPointer(bitPattern: address) else { return nil }
            return Unmanaged<EncodeScratch>.fromOpaque(pointer).takeRetainedValue()
        }
    }

    private let slots: [Slot]

    init(count: Int = 16) { slots = (0..<count).map { _ in Slot() } }

    deinit {
        for slot in slots { _ = slot.take() }
    }

    /// One with no tokens and room for about `expected`.
    func take(expected: Int) -> EncodeScratch {
        for slot in slots {
            guard let scratch = slot.take() else { continue }
            scratch.reserve(expected)
            return scratch
        }
        return EncodeScratch(expected: expected)
    }

    /// Nobody may use it afterwards.
    func give(_ scratch: EncodeScratch) {
        scratch.reset()
        let held = Unmanaged.passRetained(scratch)
        let address = UInt(bitPattern: held.toOpaque())
        for slot in slots {
            let result = slot.held.compareExchange(expected: 0, desired: address, ordering: .releasing)
            if result.exchanged { return }
        }
        held.release()
    }
}
