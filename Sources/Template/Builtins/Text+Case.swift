import CUnicode

/// Changes of case. Each character keeps its origin.
extension Text {
    /// Replaces every character: `body` appends what stands for the one at an offset. With `keeping`, a character
    /// that stays itself keeps its origin as it is; everything else is derived.
    func mapCharacters(
        _ interpreter: Interpreter, keeping: Bool = false,
        _ body: (_ code: UInt32, _ offset: Int, _ out: inout [UInt8]) -> Void
    ) -> Text {
        interpreter.spend(count >> 2)
        let bytes = UnsafeBufferPointer(start: base, count: count)
        var out = [UInt8]()
        out.reserveCapacity(count)
        var runs = [OriginRun]()
        var i = 0
        while i < count {
            let (code, width) = Text.decode(bytes, i)
            let start = out.count
            body(code, i, &out)
            if interpreter.tracks, out.count > start {
                let isSame = keeping && out[start...].elementsEqual(bytes[i..<(i + width)])
                let origin = isSame ? originAt(i) : originAt(i).derived
                if let last = runs.indices.last, runs[last].origin == origin {
                    runs[last].length += out.count - start
                } else {
                    runs.append(OriginRun(length: out.count - start, origin: origin))
                }
            }
            i += width
        }
        return Text(
            out, isMarkup: isMarkup, origin: runs.first?.origin ?? origin.derived, runs: runs.count > 1 ? runs : [])
    }

    func upper(_ interpreter: Interpreter) -> Text {
        mapCharacters(interpreter) { code, _, out in CodePoint.map(code, .upper, to: &out) }
    }

    func lower(_ interpreter: Interpreter) -> Text {
        mapCharacters(interpreter) { code, offset, out in appendLower(code, offset, &out) }
    }

    func caseFolded(_ interpreter: Interpreter) -> Text {
        mapCharacters(interpreter) { code, _, out in CodePoint.map(code, .fold, to: &out) }
    }

    func capitalized(_ interpreter: Interpreter) -> Text {
        mapCharacters(interpreter) { code, offset, out in
            if offset == 0 { CodePoint.map(code, .title, to: &out) } else { appendLower(code, offset, &out) }
        }
    }

    func title(_ interpreter: Interpreter) -> Text {
        var previousIsCased = false
        return mapCharacters(interpreter) { code, offset, out in
            if previousIsCased { appendLower(code, offset, &out) } else { CodePoint.map(code, .title, to: &out) }
            previousIsCased = CodePoint.isCased(code)
        }
    }

    func swapCase(_ interpreter: Interpreter) -> Text {
        mapCharacters(interpreter) { code, offset, out in
            if CodePoint.isUpper(code) {
                appendLower(code, offset, &out)
            } else if CodePoint.isLower(code) {
                CodePoint.map(code, .upper, to: &out)
            } else {
                Text.encode(code, to: &out)
            }
        }
    }

    func appendLower(_ code: UInt32, _ offset: Int, _ out: inout [UInt8]) {
        if code == 0x3A3 {
            Text.encode(isFinalSigma(offset) ? 0x3C2 : 0x3C3, to: &out)
        } else {
            CodePoint.map(code, .lower, to: &out)
        }
    }

    /// CPython: handle_capital_sigma in Objects/unicodeobject.c.
    private func isFinalSigma(_ offset: Int) -> Bool {
        withBytes { bytes in
            var i = offset
            var isAfterCased = false
            while i > 0 {
                i = Text.before(bytes, i)
                let code = Text.decode(bytes, i).code
                if CodePoint.has(code, CUNICODE_CASE_IGNORABLE) { continue }
                isAfterCased = CodePoint.isCased(code)
                break
            }
            if !isAfterCased { return false }
            i = offset + 2
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                if !CodePoint.has(code, CUNICODE_CASE_IGNORABLE) { return !CodePoint.isCased(code) }
                i += width
            }
            return true
        }
    }

    /// `str.isupper`, `str.islower`: something of that case, and nothing of another.
    func isCased(_ wanted: Int, not unwanted: Int) -> Bool {
        var found = false
        for code in codePoints {
            if CodePoint.has(code, unwanted) { return false }
            found = found || CodePoint.has(code, wanted)
        }
        return found
    }

    /// `str.istitle`.
    var isTitle: Bool {
        var previousIsCased = false
        var found = false
        for code in codePoints {
            if CodePoint.has(code, CUNICODE_UPPER | CUNICODE_TITLE) {
                if previousIsCased { return false }
                previousIsCased = true
                found = true
            } else if CodePoint.isLower(code) {
                if !previousIsCased { return false }
                found = true
            } else {
                previousIsCased = false
            }
        }
        return found
    }
}

/// markupsafe's escaping.
extension Interpreter {
    /// `escape(text)`: Markup is left alone.
    func escaped(_ text: Text) throws(TemplateError) -> Text {
        if text.isMarkup { return text }
        let result = text.mapCharacters(self, keeping: true) { code, _, out in
            switch code {
            case 0x26: out.append(contentsOf: "&amp;".utf8)
            case 0x3C: out.append(contentsOf: "&lt;".utf8)
            case 0x3E: out.append(contentsOf: "&gt;".utf8)
            case 0x27: out.append(contentsOf: "&#39;".utf8)
            case 0x22: out.append(contentsOf: "&#34;".utf8)
            default: Text.encode(code, to: &out)
            }
        }
        try checkSize(result.count)
        return result.asMarkup(true)
    }
}
