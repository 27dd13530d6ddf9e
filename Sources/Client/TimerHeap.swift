/// The transfers by the moment at which each must be looked at again: a binary heap that knows where everyone stands in it.
struct TimerHeap {
    private var transfers = [Transfer]()

    var first: Transfer? { transfers.first }

    /// Sets when a transfer is looked at; it is added where it is not there.
    mutating func set(_ transfer: Transfer, at moment: Moment) {
        if transfer.timerIndex >= 0, transfer.due == moment { return }
        transfer.due = moment
        if transfer.timerIndex < 0 {
            transfer.timerIndex = transfers.count
            transfers.append(transfer)
        }
        sink(rise(transfer.timerIndex))
    }

    mutating func remove(_ transfer: Transfer) {
        let index = transfer.timerIndex
        guard index >= 0 else { return }
        swap(index, transfers.count - 1)
        transfers.removeLast()
        transfer.timerIndex = -1
        if index < transfers.count { sink(rise(index)) }
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        transfers.swapAt(a, b)
        transfers[a].timerIndex = a
        transfers[b].timerIndex = b
    }

    private mutating func rise(_ start: Int) -> Int {
        var index = start
        while index > 0, transfers[index].due < transfers[(index - 1) / 2].due {
            swap(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
        return index
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < transfers.count && transfers[child].due < transfers[least].due {
                least = child
            }
            if least == index { return }
            swap(index, least)
            index = least
        }
    }
}
