import JSON

/// `format % arguments` of Python strings: CPython, PyUnicode_Format.
enum PercentFormat {
    enum Arguments {
        case tuple([TemplateValue])
        case single(TemplateValue)
    }

    struct Specification {
        var leftAligned = false
        var plus = false
        var space = false
        var zero = false
        var alternate = false
        var width = 0
        var precision: Int?
    }

    /// Of the conversions of integers.
    static func radix(_ letter: UInt8) -> Int {
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): 16
        case UInt8(ascii: "o"): 8
        default: 10
        }
    }

    static func format(_ format: Text, _ arguments: Arguments, _ runtime: Interpreter) throws(TemplateError) -> Text {
        var state = State(format: format, arguments: arguments, runtime: runtime)
        return try state.run()
    }

    private struct State {
        let format: Text
        let runtime: Interpreter
        let arguments: Arguments
        var used = 0
        var usedMapping = false
        var i = 0

        init(format: Text, arguments: Arguments, runtime: Interpreter) {
            self.format = format
            self.arguments = arguments
            self.runtime = runtime
        }

        mutating func next() throws(TemplateError) -> TemplateValue {
            switch arguments {
            case .tuple(let items):
                guard used < items.count else { throw TemplateError(.type, "not enough arguments for format string") }
                used += 1
                return items[used - 1]
            case .single(let value):
                if used > 0 { throw TemplateError(.type, "not enough arguments for format string") }
                used = 1
                return value
            }
        }

        mutating func run() throws(TemplateError) -> Text {
            var builder = runtime.builder()
            while i < format.count {
                let end = format.find(Text("%"), from: i) ?? format.count
                builder.append(format, i, end)
                i = end
                if i >= format.count { break }
                i += 1
                try conversion(&builder)
                try runtime.charge(1 + builder.count >> 12)
                if builder.count > runtime.outputLimit { throw TemplateError(.limit, "a string grows too long") }
            }
            try checkAllUsed()
            return builder.finish(markup: format.isMarkup)
        }

        private func checkAllUsed() throws(TemplateError) {
            switch arguments {
            case .tuple(let items):
                if used < items.count {
                    throw TemplateError(.type, "not all arguments converted during string formatting")
                }
            case .single(let value):
                if used > 0 || usedMapping { return }
                switch value {
                case .dict, .list, .undefined, .range: return
                default: throw TemplateError(.type, "not all arguments converted during string formatting")
                }
            }
        }

        private func byte() throws(TemplateError) -> UInt8 {
            guard i < format.count else { throw TemplateError(.value, "incomplete format") }
            return format[i]
        }

        private mutating func conversion(_ out: inout TextBuilder) throws(TemplateError) {
            if try byte() == UInt8(ascii: "%") {
                i += 1
                return out.append("%", origin: format.originAt(i - 1))
            }
            var key: TemplateValue?
            if try byte() == UInt8(ascii: "(") { key = try mappingValue() }
            var spec = Specification()
            flags: while true {
                switch try byte() {
                case UInt8(ascii: "-"): spec.leftAligned = true
                case UInt8(ascii: "+"): spec.plus = true
                case UInt8(ascii: " "): spec.space = true
                case UInt8(ascii: "#"): spec.alternate = true
                case UInt8(ascii: "0"): spec.zero = true
                default: break flags
                }
                i += 1
            }
            if let width = try number() {
                spec.width = width
                if width < 0 {
                    spec.leftAligned = true
                    spec.width = width == Int.min ? Int.max : -width
                }
            }
            if try byte() == UInt8(ascii: ".") {
                i += 1
                spec.precision = max(try number() ?? 0, 0)
            }
            if [UInt8(ascii: "h"), UInt8(ascii: "l"), UInt8(ascii: "L")].contains(try byte()) { i += 1 }
            let letter = try byte()
            i += 1
            try runtime.checkSize(spec.width)
            try runtime.checkSize(spec.precision ?? 0)
            if case nil = key { key = try next() }
            guard let value = key else { return }
            try write(value, letter, spec, &out)
        }

        /// Digits, or `*` for an argument.
        private mutating func number() throws(TemplateError) -> Int? {
            if try byte() == UInt8(ascii: "*") {
                i += 1
                let value = try next()
                guard case .int(let number) = value else { throw TemplateError(.type, "* wants int") }
                return number
            }
            var result: Int?
            while i < format.count, format[i] >= 0x30, format[i] <= 0x39 {
                let (product, overflow) = (result ?? 0).multipliedReportingOverflow(by: 10)
                if overflow || product > Int.max - 9 { throw TemplateError(.value, "width too big") }
                result = product + Int(format[i] - 0x30)
                i += 1
            }
            return result
        }

        private mutating func mappingValue() throws(TemplateError) -> TemplateValue {
            let start = i + 1
            var depth = 1
            i += 1
            while depth > 0 {
                guard i < format.count else { throw TemplateError(.value, "incomplete format key") }
                if format[i] == UInt8(ascii: "(") { depth += 1 }
                if format[i] == UInt8(ascii: ")") { depth -= 1 }
                i += 1
            }
            let key = format.slice(start, i - 1)
            usedMapping = true
            switch arguments {
            case .single(.dict(let dict)):
                guard let value = dict[key] else { throw TemplateError(.key, "'%'", key.array) }
                return value
            case .single(.undefined(let undefined)): throw undefined.error
            case .single(.list): throw TemplateError(.type, "list indices must be integers or slices, not str")
            default: throw TemplateError(.type, "format requires a mapping")
            }
        }

        private func write(
            _ value: TemplateValue, _ letter: UInt8, _ spec: Specification, _ out: inout TextBuilder
        ) throws(TemplateError) {
            let formatter = NumberFormatter(runtime: runtime)
            let text: Text
            switch letter {
            case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "a"):
                var full = letter == UInt8(ascii: "s") ? try runtime.string(value) : try runtime.repr(value)
                if letter == UInt8(ascii: "a") { full = full.asciiEscaped(runtime) }
                if format.isMarkup { full = try runtime.escaped(full) }
                if let precision = spec.precision {
                    full = full.slice(0, full.offset(ofCodePoint: min(precision, full.length)))
                }
                text = full
            case UInt8(ascii: "c"): text = try character(value)
            case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "x"), UInt8(ascii: "X"),
                UInt8(ascii: "o"):
                return formatter.append(try integer(value, letter), spec, letter, &out)
            case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "g"),
                UInt8(ascii: "G"):
                return formatter.append(try float(value), spec, letter, &out)
            default:
                throw TemplateError(.value, "unsupported format character '%'", [letter])
            }
            let padding = max(spec.width - text.length, 0)
            if !spec.leftAligned {
                out.append(Array(repeating: 0x20, count: padding), origin: text.originAt(0).derived)
            }
            out.append(text)
            if spec.leftAligned { out.append(Array(repeating: 0x20, count: padding), origin: text.originAt(0).derived) }
        }

        /// The digits of a number for a conversion, with the sign.
        private func integer(_ value: TemplateValue, _ letter: UInt8) throws(TemplateError) -> [UInt8] {
            switch value {
            case .int, .bool, .bigInt:
                guard let number = Number(value) else { return [] }
                try runtime.charge(value.limbs << 1)
                return try number.digits(radix: PercentFormat.radix(letter))
            case .float(let number):
                if letter == UInt8(ascii: "x") || letter == UInt8(ascii: "X") || letter == UInt8(ascii: "o") {
                    throw TemplateError(.type, "%% format: an integer is required, not float", [letter])
                }
                if number.isNaN { throw TemplateError(.value, "cannot convert float NaN to integer") }
                if number.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
                return Array(FloatFormat.fixed(number.rounded(.towardZero), 0).utf8)
            case .undefined(let undefined)
            where letter != UInt8(ascii: "x") && letter != UInt8(ascii: "X") && letter != UInt8(ascii: "o"):
                throw undefined.error
            default:
                throw TemplateError(.type, "% format: a real number is required, not %", [letter], value.typeName.array)
            }
        }

        private func float(_ value: TemplateValue) throws(TemplateError) -> Double {
            if case .undefined(let undefined) = value { throw undefined.error }
            guard let number = Number(value) else {
                throw TemplateError(.type, "must be real number, not %", value.typeName)
            }
            return try number.float()
        }

        private func character(_ value: TemplateValue) throws(TemplateError) -> Text {
            switch value {
            case .bigInt: throw TemplateError(.overflow, "%c arg not in range(0x110000)")
            case .string(let text) where text.length == 1: return text
            case .int, .bool:
                let code = value.index ?? 0
                guard code >= 0, code <= 0x10FFFF else {
                    throw TemplateError(.overflow, "%c arg not in range(0x110000)")
                }
                var bytes = [UInt8]()
                Text.encode(UInt32(code), to: &bytes)
                return Text(bytes)
            default: throw TemplateError(.type, "%c requires int or char")
            }
        }
    }
}

extension Text {
    /// `ascii()`: what is not ASCII is escaped.
    func asciiEscaped(_ runtime: Interpreter) -> Text {
        mapCharacters(runtime, keeping: true) { code, _, out in
            if code < 0x80 { return out.append(UInt8(truncatingIfNeeded: code)) }
            let (letter, width) = code < 0x100 ? ("x", 2) : code < 0x10000 ? ("u", 4) : ("U", 8)
            let digits = String(code, radix: 16)
            out += "\\\(letter)\(String(repeating: "0", count: max(width - digits.count, 0)))\(digits)".utf8
        }
    }
}
