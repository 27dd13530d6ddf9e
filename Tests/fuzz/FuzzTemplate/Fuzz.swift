import JSON
import Template

// Template source and context in one input, cut at the first NUL. Whatever they are, compiling and rendering must end: with
// a text, or with an error.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    var limits = Limits()
    limits.steps = 200_000
    limits.outputBytes = 1 << 20
    guard String(validating: parts[0], as: UTF8.self) != nil else { return 0 }
    guard let template = try? Template(source: Array(parts[0]), limits: limits) else { return 0 }
    let text =
        parts.count > 1
        ? Array(parts[1]) : Array(#"{"messages": [{"role": "user", "content": "Hi"}], "tools": null}"#.utf8)
    guard let object = (try? JSONParser.parse(text))?.object else { return 0 }
    for origins in [false, true] {
        guard let context = try? Context(object, origins: origins) else { return 0 }
        guard let rendered = try? template.render(context, options: RenderOptions(origins: origins)) else { continue }
        if origins {
            precondition(rendered.runs.reduce(0) { $0 + $1.length } == rendered.bytes.count, "runs cover the text")
        }
    }
    return 0
}
