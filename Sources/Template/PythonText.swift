/// Python's methods of strings, for those who need one outside of a template.
public enum PythonText {
    /// `str.lower()` of valid UTF-8.
    public static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
        let text = Text(bytes)
        var out = [UInt8]()
        out.reserveCapacity(bytes.count)
        var i = 0
        while i < text.count {
            let (code, width) = text.withBytes { Text.decode($0, i) }
            text.appendLower(code, i, &out)
            i += width
        }
        return out
    }
}
