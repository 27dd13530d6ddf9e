/// One step of a compiled template. Operands mean what the case says; values travel on a stack.
struct Instruction {
    enum Opcode: UInt8 {
        /// Write constant a.
        case data
        /// Pop and print. Where flags is 1 it has to be a string already: jinja2 joins what blocks yield as it is.
        case emit
        /// Push constant a.
        case constant
        /// Push slot a, or the undefined value of name b.
        case load
        /// As `load`, c scopes further out.
        case loadOuter
        case store
        /// Slot a becomes unset.
        case clear
        /// Slot a takes the context variable (or global) b.
        case resolve
        case resolveIfMissing
        /// Slot a takes slot b.
        case copy
        case copyOuter
        /// To b if slot a is set.
        case jumpIfSet
        /// Slot a: the parameter named b was not given.
        case parameterMissing

        case attribute
        /// `value['constant']`: b is the name.
        case itemNamed
        case item
        case slice
        case tuple
        case list
        case dict

        case add, subtract, multiply, divide, floorDivide, modulo, power
        case concat
        case not, negative, positive
        /// a: Expression.Comparison.
        case compare
        /// A link of a chain: if false, leaves that and jumps to b; otherwise leaves the right side.
        case compareLink

        case jump
        case jumpIfFalse
        /// Jumps and keeps the value, or drops it.
        case jumpIfFalseElsePop
        case jumpIfTrueElsePop
        case pop
        case duplicate
        case undefinedConditional

        /// a positional arguments, keyword names b (-1 for none); flags: 1 = *args, 2 = **kwargs.
        case call
        /// As `call`, of the attribute c of the receiver.
        case callMethod
        /// As `call`, of the filter c on a value.
        case filter
        case test
        /// Fails if the value on the stack is undefined: a receiver is looked at before the arguments.
        case checkReceiver
        /// Raises: constant a names a filter, or a test where b is 1.
        case unknownName

        /// Pops a value, pushes its a items, the first on top.
        case unpack
        /// Pops an iterable; the loop variable goes to slot a, unless that is -1.
        case forBegin
        /// Pushes the next item, or goes to a.
        case forNext
        case forEnd
        /// Slot a = true: the end of the body was reached. jinja2 3.1: `continue` and `break` skip this, so a loop whose
        /// every round ends early runs its `else` as well.
        case loopRan
        case collectBegin
        case collect
        case collectEnd
        /// Pops an iterable and calls function a with it as a recursive loop.
        case callLoop

        case capture
        case captureEnd
        case captureDiscard
        case generationBegin
        case generationEnd

        /// Pushes macro a; where flags is 1, a block, which closes over the outermost scope only.
        case macro
        /// Slot a becomes `self`.
        case templateSelf
        case returnText
        case checkNamespace
        /// Pops a namespace and a value: attribute a.
        case setAttribute
        case setAutoescape
        case loadTemplate
        case end
    }

    var opcode: Opcode
    var flags: UInt8 = 0
    var c: UInt16 = 0
    var a: Int32 = 0
    var b: Int32 = -1
}

/// The code of the template itself, of a macro, or of a recursive loop. Immutable.
final class FunctionCode: Sendable {
    let instructions: [Instruction]
    /// Of each instruction, its piece of the source.
    let sites: [Int32]
    let slotCount: Int

    init(instructions: [Instruction], sites: [Int32], slotCount: Int) {
        self.instructions = instructions
        self.sites = sites
        self.slotCount = slotCount
    }
}

/// A macro as the compiler leaves it: jinja2's `Macro` without the scope it closes over.
struct MacroCode: Sendable {
    var name: Text?
    var function: Int
    var arguments: [Text]
    var takesCaller: Bool
    var takesKeywords: Bool
    var takesVariadic: Bool
    var hasExplicitCaller: Bool
}

/// A name that is looked up in values: the name, and the method it stands for, if any.
struct AttributeName: Sendable {
    var text: Text
    var method: MethodName
    var isPrivate: Bool
}

/// A compiled template. Immutable, so threads share it: it holds no value that can change (constants are numbers,
/// texts, and tuples of those).
struct Program: @unchecked Sendable {
    var source: [UInt8]
    var functions: [FunctionCode] = []
    var macros: [MacroCode] = []
    /// Blocks by name, as indices of `macros`.
    var blocks: [(name: Text, macro: Int)] = []
    var constants: [TemplateValue] = []
    /// Of each name, what an unset variable of that name is.
    var undefined: [Undefined] = []
    var attributes: [AttributeName] = []
    /// Names read from the context.
    var globals: [Text] = []
    var keywordNames: [[Text]] = []
    var sites: [Range<Int>] = []
}
