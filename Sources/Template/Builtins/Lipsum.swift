/// The global `lipsum`: paragraphs of words in no order. The words are ours; lengths, commas and full stops fall as in
/// jinja2.utils.generate_lorem_ipsum.
extension Interpreter {
    func lipsum(_ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("n", "html", "min", "max")
        for value in bound {
            if case .undefined? = value {
                throw TemplateError(.type, "'Undefined' object cannot be interpreted as an integer")
            }
        }
        let isHTML = bound[1]?.isTrue ?? true
        let paragraphs = try wantInt(bound[0], or: 5)
        var out = [UInt8]()
        if paragraphs > 0 {
            let (low, high) = (try wantInt(bound[2], or: 20), try wantInt(bound[3], or: 100))
            if low >= high { throw TemplateError(.value, "empty range for randrange()") }
            for i in 0..<paragraphs {
                if i > 0 { out += isHTML ? [0x0A] : [0x0A, 0x0A] }
                if isHTML { out += "<p>".utf8 }
                try appendParagraph(Int.random(in: low..<high), &out)
                if isHTML { out += "</p>".utf8 }
            }
        }
        return Text(out, isMarkup: isHTML)
    }

    private func appendParagraph(_ count: Int, _ out: inout [UInt8]) throws(TemplateError) {
        var lastComma = 0
        var lastStop = 0
        var last = -1
        var isCapital = true
        for i in 0..<max(count, 0) {
            try charge(16)
            if out.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
            var next = Int.random(in: 0..<(Interpreter.words.count - 1))
            if next >= last, last >= 0 { next += 1 }
            last = next
            if i > 0 { out.append(0x20) }
            let word = Interpreter.words[next]
            out += isCapital ? [word[0] - 0x20] + word.dropFirst() : word
            isCapital = false
            if i - Int.random(in: 3..<8) > lastComma {
                lastComma = i
                lastStop += 2
                out.append(UInt8(ascii: ","))
            }
            if i - Int.random(in: 10..<20) > lastStop {
                lastComma = i
                lastStop = i
                out.append(UInt8(ascii: "."))
                isCapital = true
            }
        }
        try charge(1)
        if count > 0, out.last == UInt8(ascii: ",") { out.removeLast() }
        if count <= 0 || out.last != UInt8(ascii: ".") { out.append(UInt8(ascii: ".")) }
    }

    private static let words = """
        aqua arbor avis caelum campus carta casa causa dies domus fabula ferrum flos flumen forma gladius hortus ignis \
        iter lapis lex liber littera locus luna lux manus mare mensa mons mundus navis nomen nox nubes orbis pars pax \
        pons porta radix res rosa silva sol somnus spes stella tempus terra umbra urbs ventus verbum via vita vox
        """.split(separator: " ").map { Array($0.utf8) }
}
