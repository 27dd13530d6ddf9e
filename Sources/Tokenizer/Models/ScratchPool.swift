import Synchronization

/// Working memories between calls, so that a call neither allocates them nor starts with an empty `WordCache`. Each is
/// used by one thread at a time: a thread takes one out and puts it back, without waiting; where there is none it makes
/// one, and where there is no room it drops it. A fork in between loses what other threads had taken out, nothing else.
final class ScratchPool: Sendable {
    private static let count = 16

    /// Each is the address of one that the pool owns, or 0.
    private nonisolated(unsafe) let slots: UnsafeMutablePointer<Atomic<UInt>>

    init() {
        slots = .allocate(capacity: Self.count)
        for i in 0..<Self.count { (slots + i).initialize(to: Atomic(0)) }
    }

    deinit {
        for i in 0..<Self.count { _ = take(i) }
        slots.deinitialize(count: Self.count)
        slots.deallocate()
    }

    private func take(_ i: Int) -> EncodeScratch? {
        let address = slots[i].exchange(0, ordering: .acquiring)
        guard let pointer = UnsafeRawPointer(bitPattern: address) else { return nil }
        return Unmanaged<EncodeScratch>.fromOpaque(pointer).takeRetainedValue()
    }

    /// One with no tokens and room for about `expected`.
    func take(expected: Int) -> EncodeScratch {
        for i in 0..<Self.count {
            guard let scratch = take(i) else { continue }
            scratch.reserve(expected)
            return scratch
        }
        let scratch = EncodeScratch(expected: expected)
        scratch.populate()
        return scratch
    }

    /// Nobody may use it afterwards.
    func give(_ scratch: EncodeScratch) {
        scratch.reset()
        let held = Unmanaged.passRetained(scratch)
        let address = UInt(bitPattern: held.toOpaque())
        for i in 0..<Self.count {
            let result = slots[i].compareExchange(expected: 0, desired: address, ordering: .releasing)
            if result.exchanged { return }
        }
        held.release()
    }
}
