/// The code of one function while it is written.
final class FunctionBuilder {
    let index: Int
    let depth: Int
    private(set) var instructions: [Instruction] = []
    private(set) var sites: [Int32] = []
    private(set) var slotCount = 0
    /// What `break` and `continue` may leave: nil stands for a body that jinja2 makes a function of its own.
    var loops: [OpenLoop?] = []
    var captures = 0

    struct OpenLoop {
        var start: Int
        var captures: Int
        var breaks: [Int] = []
    }

    init(index: Int, depth: Int) {
        self.index = index
        self.depth = depth
    }

    func newSlot() -> Int {
        slotCount += 1
        return slotCount - 1
    }

    var here: Int { instructions.count }

    @discardableResult
    func emit(
        _ opcode: Instruction.Opcode, _ site: Int32, a: Int = 0, b: Int = -1, c: Int = 0, flags: UInt8 = 0
    ) -> Int {
        instructions.append(
            Instruction(
                opcode: opcode, flags: flags, c: UInt16(clamping: c), a: Int32(clamping: a), b: Int32(clamping: b)))
        sites.append(site)
        return instructions.count - 1
    }

    /// Makes the jump at `instruction` lead to `target`.
    func patchA(_ instruction: Int, to target: Int) { instructions[instruction].a = Int32(clamping: target) }
    func patchB(_ instruction: Int, to target: Int) { instructions[instruction].b = Int32(clamping: target) }

    func finish() -> FunctionCode {
        FunctionCode(instructions: instructions, sites: sites, slotCount: slotCount)
    }
}
