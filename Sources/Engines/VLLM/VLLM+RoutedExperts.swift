import Bytes
import JSON

extension VLLM {
    /// Routed experts come as the base64 of a .npy file (0.32), or as an object with base64 data, a dtype and a shape
    /// (a training fork of vLLM).
    func routedExperts(_ fields: Fields) throws(FieldError) -> RoutedExperts? {
        guard let value = fields.value("routed_experts") else { return nil }
        if let text = value.stringBytes {
            guard let file = Base64.decode(text) else {
                throw fields.error("routed_experts", .notAllowed("is not base64"))
            }
            return try npy(file, fields)
        }
        guard let object = value.object else {
            throw fields.error("routed_experts", .wrongKind(expected: "a string or an object", found: value.kind))
        }
        return try fork(Fields(object, prefix: fields.path("routed_experts") + "."))
    }

    private func fork(_ fields: Fields) throws(FieldError) -> RoutedExperts {
        let text = try fields.required("data", fields.string("data"))
        guard let bytes = Base64.decode(text) else { throw fields.error("data", .notAllowed("is not base64")) }
        let list = try fields.required("shape", fields.array("shape"))
        let shape = list.compactMap(\.integer)
        let name = try fields.text("dtype") ?? "int32"
        guard let type = RoutedExperts.ElementType(rawValue: name) else {
            throw fields.error("dtype", .notAllowed("is \"\(name)\", not uint8, uint16 or int32"))
        }
        return try checked(type, shape, bytes, fields.path("shape"))
    }

    /// NumPy's file format 1.0: the magic, two version bytes, the header's length in two bytes, the header as a Python
    /// dict literal, then the data.
    private func npy(_ file: [UInt8], _ fields: Fields) throws(FieldError) -> RoutedExperts {
        let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
        func broken(_ what: String) -> FieldError {
            fields.error("routed_experts", .notAllowed("is not a .npy file: " + what))
        }
        guard file.count >= 10, file.starts(with: magic) else { throw broken("no NumPy 1.0 magic") }
        let start = 10 + Int(file[8]) + Int(file[9]) << 8
        guard start <= file.count else { throw broken("the header is cut off") }
        let header = String(decoding: file[10..<start], as: UTF8.self)
        let types: [String: RoutedExperts.ElementType] = ["|u1": .uint8, "<u2": .uint16, "<i4": .int32]
        guard let descr = quoted(header, after: "'descr':"), let type = types[descr] else {
            throw broken("descr is not |u1, <u2 or <i4")
        }
        guard header.contains("'fortran_order': False") else { throw broken("fortran_order is not False") }
        guard let shape = shape(header) else { throw broken("no shape") }
        return try checked(type, shape, Array(file[start...]), fields.path("routed_experts"))
    }

    private func quoted(_ header: String, after key: String) -> String? {
        let parts = header.split(separator: "'", omittingEmptySubsequences: false)
        guard let i = parts.firstIndex(where: { "'" + $0 + "':" == key }), i + 2 < parts.count else { return nil }
        return String(parts[i + 2])
    }

    private func shape(_ header: String) -> [Int]? {
        guard let open = header.firstIndex(of: "("), let close = header[open...].firstIndex(of: ")") else { return nil }
        let sizes = header[header.index(after: open)..<close].split(separator: ",").map { part in
            Int(String(part.filter { $0 != " " }))
        }
        return sizes.contains(nil) ? nil : sizes.compactMap { $0 }
    }

    private func checked(
        _ type: RoutedExperts.ElementType, _ shape: [Int], _ bytes: [UInt8], _ path: String
    ) throws(FieldError) -> RoutedExperts {
        var size = type.size
        var fits = shape.count == 3
        for dimension in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            if overflow || dimension < 0 { fits = false }
            size = product
        }
        if !fits || size != bytes.count {
            throw FieldError(
                path: path, problem: .notAllowed("has shape \(shape) and \(bytes.count) bytes of \(type.rawValue)"))
        }
        return RoutedExperts(type: type, shape: shape, bytes: bytes)
    }
}
