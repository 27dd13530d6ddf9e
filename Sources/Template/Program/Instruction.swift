/// One step of a compiled template. Operands mean what the case says; values travel on a stack.
struct Instruction {
    enum Opcode: UInt8 {
        /// Write constant a.
        case data
        /// Pop and print. Where flags is 1 it has to be a string already: jinja2 joins what blocks yield as it is.
        case emit
        /// As `emit`, escaping what is not Markup; where flags is 0, only if the run-time setting says so.
        case emitEscaped
        /// Push constant a.
        case constant
        /// As `constant`, for an operand of `chain`: a string, pushed as its number.
        case literal
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
        /// `load` of slot a and name b, then `attribute` c.
        case loadAttribute
        /// `value['constant']`: b is the name.
        case itemNamed
        case item
        case slice
        case tuple
        case list
        case dict

        case add, subtract, multiply, divide, floorDivide, modulo, power
        /// Where flags is 1, jinja2's markup_join: if any part is Markup, the others are escaped.
        case concat
        /// The a-th operand of a chain of `+` was pushed. As long as all are plain strings they stay where they are;
        /// otherwise the first place takes the sum so far, and the others are `missing`.
        case chain
        /// The end of a chain of a operands: pushes the sum, or prints it.
        case chainEnd
        case chainEmit
        /// As `concat`, and prints it.
        case concatEmit
        /// Pops a value and prints it as JSON, with the defaults of `tojson`.
        case emitJSON
        case not, negative, positive
        /// a: Expression.Comparison.
        case compare
        /// Compares with constant b, which is a string; a: 0 for ==, 1 for !=.
        case compareConstant
        /// Whether constant b, which is a string, is in the value; a: 1 for `not in`.
        case containsConstant
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
        /// As `call`, of the filter c on a value; flags: 4 = escapes, 8 = does not, whatever the run-time setting says.
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
        /// Pops what a loop goes over; pushes those of its items that function a lets pass, found when asked for.
        case filterItems
        /// Pops an iterable and calls function a with it as a recursive loop.
        case callLoop

        case capture
        /// Pushes what was written since. flags: 0 as a string, 1 as Markup, 2 as Markup if the setting says so.
        case captureEnd
        case captureDiscard
        case generationBegin
        case generationEnd

        /// Pushes macro a; where flags is 1, a block, which closes over the outermost scope only.
        case macro
        /// Slot a becomes `self`.
        case templateSelf
        /// flags: 0 as the caller escapes, 1 as Markup, 2 as a string, 3 as the setting says.
        case returnText
        case checkNamespace
        /// Pops a namespace and a value: attribute a.
        case setAttribute
        /// Slot a takes the run-time setting of autoescape, or gives it back.
        case saveAutoescape
        case restoreAutoescape
        case setAutoescape
        /// The value on the stack becomes Markup if the setting says so.
        case markup
        case loadTemplate
        case end
    }

    var opcode: Opcode
    var flags: UInt8 = 0
    var c: UInt16 = 0
    var a: Int32 = 0
    var b: Int32 = -1
}

/// Values that never change, at an address that does not either: read without counting references to an array.
final class Table<Element>: @unchecked Sendable {
    // Unchecked: it is filled once, and its elements are immutable.
    let base: UnsafePointer<Element>
    private let storage: UnsafeMutableBufferPointer<Element>

    init(_ elements: [Element]) {
        storage = .allocate(capacity: Swift.max(elements.count, 1))
        _ = storage.initialize(from: elements)
        count = elements.count
        base = UnsafePointer(storage.baseAddress ?? UnsafeMutablePointer<Element>.allocate(capacity: 1))
    }

    private let count: Int

    deinit {
        storage.baseAddress?.deinitialize(count: count)
        storage.deallocate()
    }
}

/// The code of the template itself, of a macro, or of a recursive loop. Immutable.
final class FunctionCode: Sendable {
    let instructions: [Instruction]
    /// Of each instruction, its piece of the source.
    let sites: [Int32]
    let slotCount: Int
    private let siteTable: Table<Int32>
    var siteBase: UnsafePointer<Int32> { siteTable.base }

    init(instructions: [Instruction], sites: [Int32], slotCount: Int) {
        self.instructions = instructions
        self.sites = sites
        siteTable = Table(sites)
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
struct AttributeName: @unchecked Sendable {
    // Unchecked: `key` points into `text`.
    let text: Text
    let key: NameKey
    let method: MethodName
    let isPrivate: Bool
    /// No Python object has it: a plain key.
    let isPlain: Bool

    init(_ text: Text) {
        self.text = text
        key = text.key
        method = MethodName(text)
        isPrivate = text.count > 0 && text.base[0] == UInt8(ascii: "_")
        isPlain = method == .unknown && !isPrivate
    }
}

/// A compiled template. Immutable, so threads share it: it holds no value that can change (constants are numbers,
/// texts, and tuples of those).
final class Program: @unchecked Sendable {
    // Unchecked: only the compiler changes it, before anyone else sees it.
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
    /// Of each of `globals`, the function that it names where the context has nothing of that name.
    var globalFunctions: [TemplateValue] = []
    /// Bytes of the constants: how much a render writes at least, more or less.
    var constantBytes = 0
    /// Copies of `constants` and `attributes` at addresses that do not change, and the bytes of constants that are
    /// strings.
    private(set) var constantTable = Table<TemplateValue>([])
    private(set) var constantKeys = Table<NameKey>([])
    private(set) var attributeTable = Table<AttributeName>([])

    init(source: [UInt8]) { self.source = source }

    /// The last step of compiling.
    func seal() {
        constantTable = Table(constants)
        attributeTable = Table(attributes)
        constantKeys = Table(
            constants.map { value in
                if case .string(let text) = value {
                    text.key
                } else {
                    NameKey(base: Text.empty.base, count: -1, hash: 0)
                }
            })
    }
}
