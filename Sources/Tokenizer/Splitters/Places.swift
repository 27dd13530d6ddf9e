extension UInt64 {
    /// Writes where its bits are, counted from `base`, and maybe more behind them, up to 64 in all; returns how many they are.
    @inline(__always)
    func writePlaces(from base: Int, to out: UnsafeMutablePointer<Int>) -> Int {
        let count = nonzeroBitCount
        var rest = self
        var i = 0
        repeat {
            for k in 0..<8 {
                out[i &+ k] = base &+ rest.trailingZeroBitCount
                rest &= rest &- 1
            }
            i &+= 8
        } while i < count
        return count
    }
}
