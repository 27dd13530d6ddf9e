import Bytes
public import CTypecase
import JSON
import Tokenizer

@c @implementation
public func typecase_tokenizer_open(
    _ path: UnsafePointer<CChar>?, _ path_len: Int, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) {
        let path = try Inputs.path(path, path_len, "path")
        do {
            return try Tokenizer(path: path)
        } catch let error as File.ReadError {
            throw Failure(TYPECASE_ERR_FILE, "\(path): \(error.reason)", field: path)
        } catch let error as TokenizerError {
            throw Failure(error, file: path)
        }
    }
}

@c @implementation
public func typecase_tokenizer_new(
    _ json: UnsafePointer<CChar>?, _ json_len: Int, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) { try Tokenizer(json: Array(Inputs.required(json, json_len, "json"))) }
}

@c @implementation
public func typecase_tokenizer_new_tiktoken(
    _ ranks: UnsafePointer<CChar>?, _ ranks_len: Int, _ pattern: UnsafePointer<CChar>?, _ pattern_len: Int,
    _ special_tokens: UnsafePointer<CChar>?, _ special_tokens_len: Int, _ out_tokenizer: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) {
        let ranks = try Array(Inputs.required(ranks, ranks_len, "ranks"))
        let pattern = try Array(Inputs.required(pattern, pattern_len, "pattern"))
        var tokens = [(content: [UInt8], id: UInt32)]()
        if special_tokens != nil {
            let given = try Inputs.object(special_tokens, special_tokens_len, "special_tokens").object
            for member in given.members {
                let content = member.key
                guard case .integer(let number) = member.value, let id = UInt32(exactly: number) else {
                    let name = String(decoding: content, as: UTF8.self)
                    throw Failure(
                        TYPECASE_ERR_FIELD, "special_tokens.\(name): it must be an id, a whole number of 32 bits",
                        field: "special_tokens.\(name)")
                }
                tokens.append((content, id))
            }
        }
        return try Tokenizer(tiktoken: ranks, pattern: pattern, specialTokens: tokens)
    }
}

@c @implementation
public func typecase_tokenizer_new_tekken(
    _ json: UnsafePointer<CChar>?, _ json_len: Int, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) { try Tokenizer(tekken: Array(Inputs.required(json, json_len, "json"))) }
}

@c @implementation
public func typecase_tokenizer_free(_ tokenizer: OpaquePointer?) { Handle.free(tokenizer) }

@c @implementation
public func typecase_tokenizer_decode(
    _ tokenizer: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int, _ skip_special_tokens: Int32,
    _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let ids = try Inputs.ids(ids, count, "ids")
        return TextHandle(try tokenizer.decodeText(ids, skipSpecialTokens: skip_special_tokens != 0))
    }
}

@c @implementation
public func typecase_tokenizer_decode_into(
    _ tokenizer: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int, _ skip_special_tokens: Int32,
    _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int, _ out_len: UnsafeMutablePointer<Int>?,
    _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let ids = try Inputs.ids(ids, count, "ids")
        let room = try Inputs.bytes(UnsafePointer(text), capacity, "text")
        guard let out_len else { throw Failure.argument("out_len is NULL") }
        let decoded = try tokenizer.decodeText(ids, skipSpecialTokens: skip_special_tokens != 0)
        out_len.pointee = decoded.count
        if let text {
            decoded.withBytes { bytes in
                UnsafeMutableRawBufferPointer(start: text, count: room.count)
                    .copyBytes(from: bytes.prefix(room.count))
            }
        }
        if decoded.count > room.count {
            throw Failure(
                TYPECASE_ERR_LIMIT, "the text has \(decoded.count) bytes, and there is room for \(room.count)",
                field: "capacity")
        }
    }
}

@c @implementation
public func typecase_tokenizer_vocab_size(_ tokenizer: OpaquePointer?) -> Int {
    Handle.borrow(tokenizer, as: Tokenizer.self)?.vocabularySize ?? 0
}

@c @implementation
public func typecase_tokenizer_id_limit(_ tokenizer: OpaquePointer?) -> Int {
    Handle.borrow(tokenizer, as: Tokenizer.self)?.idLimit ?? 0
}

@c @implementation
public func typecase_tokenizer_token_to_id(
    _ tokenizer: OpaquePointer?, _ token: UnsafePointer<CChar>?, _ token_len: Int
) -> Int64 {
    guard let tokenizer = Handle.borrow(tokenizer, as: Tokenizer.self),
        let token = try? Inputs.bytes(token, token_len, "token"), let id = tokenizer.id(of: Array(token))
    else { return -1 }
    return Int64(id)
}

@c @implementation
public func typecase_tokenizer_id_to_token(
    _ tokenizer: OpaquePointer?, _ id: UInt32, _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        guard let token = tokenizer.token(id) else {
            throw Failure(TYPECASE_ERR_VOCABULARY, "no token has the id \(id)", field: "id")
        }
        return TextHandle(token)
    }
}

@c @implementation
public func typecase_tokenizer_token_bytes(
    _ tokenizer: OpaquePointer?, _ id: UInt32, _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        guard let bytes = tokenizer.bytes(of: id) else {
            throw Failure(TYPECASE_ERR_VOCABULARY, "no token has the id \(id)", field: "id")
        }
        return TextHandle(bytes)
    }
}

@c @implementation
public func typecase_tokenizer_info(
    _ tokenizer: OpaquePointer?, _ out_json: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        var info = tokenizer.info
        info.set("vocab_size", .integer(tokenizer.vocabularySize))
        info.set("id_limit", .integer(tokenizer.idLimit))
        info.set("added_tokens", .array(tokenizer.addedTokens.map(\.description)))
        return TextHandle(Dumps().bytes(.object(info)))
    }
}

extension AddedToken {
    /// The token as tokenizer.json writes it.
    fileprivate var description: Value {
        .object(
            Object([
                "id": .integer(Int(id)), "content": .string(content), "special": .bool(isSpecial),
                "normalized": .bool(isNormalized), "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight),
                "single_word": .bool(isSingleWord),
            ]))
    }
}
