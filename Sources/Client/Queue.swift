/// First in, first out; and out of turn by the place that it was given. What has left is let go at once.
struct Queue<Element> {
    private var slots = [Element?]()
    /// The slots before this one are empty.
    private var start = 0
    /// The place of the first slot.
    private var base = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The place it stands at until it leaves.
    @discardableResult mutating func append(_ element: Element) -> Int {
        slots.append(element)
        count += 1
        return base + slots.count - 1
    }

    /// Takes out what stands at a place.
    mutating func remove(at place: Int) {
        slots[place - base] = nil
        count -= 1
        tidy()
    }

    mutating func popFirst() -> Element? {
        guard count > 0, let element = slots[start] else { return nil }
        remove(at: base + start)
        return element
    }

    /// Empty slots at the ends go, so that the first one is full; those at the front when they are most of all.
    private mutating func tidy() {
        while let last = slots.last, last == nil { slots.removeLast() }
        while start < slots.count, slots[start] == nil { start += 1 }
        if start >= slots.count || start > 64 && start * 2 > slots.count {
            let gone = min(start, slots.count)
            slots.removeFirst(gone)
            base += gone
            start = 0
        }
    }
}
