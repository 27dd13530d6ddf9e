import Bytes
public import CTypecase
import Engines

/// What a host's code writes to.
final class WriterHandle {
    var bytes = [UInt8]()
}

/// A host's functions. Each call is on a thread of the host's.
final class HostFunctions: HostCodec, @unchecked Sendable {
    // @unchecked: what the pointer leads to is the host's, who shares it among its threads.
    private let wire: typecase_wire

    init(_ wire: typecase_wire) { self.wire = wire }

    func encode(_ json: [UInt8], _ promptIDs: FlatArray<UInt32>) throws(EngineError) -> [UInt8] {
        try written { writer in
            json.withUnsafeBytes { json in
                promptIDs.withBuffer { ids in
                    wire.encode(
                        wire.user, json.assumingMemoryBound(to: CChar.self).baseAddress, json.count, ids.baseAddress,
                        ids.count,
                        writer)
                }
            }
        }
    }

    func decode(_ data: [UInt8], isEvent: Bool) throws(EngineError) -> [UInt8] {
        try written { writer in
            data.withUnsafeBytes { data in
                wire.decode(
                    wire.user, data.assumingMemoryBound(to: CChar.self).baseAddress, data.count, isEvent ? 1 : 0, writer
                )
            }
        }
    }

    private func written(_ body: (OpaquePointer) -> Int32) throws(EngineError) -> [UInt8] {
        let writer = WriterHandle()
        let code = withExtendedLifetime(writer) { body(OpaquePointer(Unmanaged.passUnretained(writer).toOpaque())) }
        if code != 0 {
            throw .host(message: writer.bytes.isEmpty ? Array("it returned \(code)".utf8) : writer.bytes)
        }
        return writer.bytes
    }
}

@c @implementation
public func typecase_writer_append(_ writer: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ len: Int) {
    guard let writer = Handle.borrow(writer, as: WriterHandle.self), let bytes, len > 0 else { return }
    writer.bytes += UnsafeRawBufferPointer(start: bytes, count: len)
}

@c @implementation
public func typecase_backend_new_host(
    _ name: UnsafePointer<CChar>?, _ name_len: Int, _ path: UnsafePointer<CChar>?, _ path_len: Int,
    _ wire: UnsafePointer<typecase_wire>?, _ config: UnsafePointer<CChar>?, _ config_len: Int,
    _ out_backend: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_backend, out_error) {
        guard let wire, wire.pointee.size >= MemoryLayout<typecase_wire>.size else {
            throw Failure.argument("wire is NULL, or wire->size is not sizeof the struct")
        }
        let raw = UnsafeRawPointer(wire)
        // A function that is NULL must not be called, and Swift takes the header's word that none is.
        for offset in [
            MemoryLayout<typecase_wire>.offset(of: \.encode), MemoryLayout<typecase_wire>.offset(of: \.decode),
        ] {
            guard let offset, raw.load(fromByteOffset: offset, as: Int.self) != 0 else {
                throw Failure.argument("wire->encode or wire->decode is NULL")
            }
        }
        let name = String(decoding: try Inputs.required(name, name_len, "name"), as: UTF8.self)
        let path = try Inputs.path(path, path_len, "path")
        guard path.hasPrefix("/"), !path.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw Failure.argument("path must begin with a slash, without spaces")
        }
        let codec = HostFunctions(wire.pointee)
        return BackendHandle(
            try Backend(HostWire(name: name, path: path, codec), config: Inputs.object(config, config_len, "config")))
    }
}
