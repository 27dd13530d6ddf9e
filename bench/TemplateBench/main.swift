// Renders a template over a context that is already parsed: TemplateBench TEMPLATE CONTEXT.json [ROUNDS [RENDERS]]
// Prints a line of JSON: nanoseconds of CPU time a render takes without and with origins (the best of ROUNDS rounds), and what
// parsing the JSON and converting it takes. With ROUNDS 1 the RENDERS are exact, for counting instructions.
import Bytes
import Glibc
import JSON
import Template

func nanoseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// The best of some rounds of `count` calls, a call.
func best(_ rounds: Int, _ count: Int, _ body: () throws -> Void) rethrows -> Double {
    var result = Double.infinity
    for _ in 0..<rounds {
        let start = nanoseconds()
        for _ in 0..<count { try body() }
        result = min(result, (nanoseconds() - start) / Double(max(count, 1)))
    }
    return result
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: TemplateBench TEMPLATE CONTEXT.json [ROUNDS [RENDERS]]")
    exit(2)
}
let template = try Template(source: File.read(arguments[1]))
let text = try File.read(arguments[2])
let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 7 : 7
guard let object = try JSONParser.parse(text).object else { exit(1) }
let plain = try Context(object, origins: false)
let traced = try Context(object, origins: true)
let asked = arguments.count > 4 ? Int(arguments[4]) : nil
let once = asked == nil ? try best(3, 1) { _ = try template.render(plain) } : 1
let count = asked ?? max(1, min(20_000, Int(5e7 / once)))
let without = try best(rounds, count) { _ = try template.render(plain) }
if asked != nil { exit(0) }
let with = try best(rounds, count) { _ = try template.render(traced, options: RenderOptions(origins: true)) }
let parse = try best(rounds, max(count / 4, 1)) { _ = try JSONParser.parse(text) }
let convert = try best(rounds, max(count / 4, 1)) { _ = try Context(object, origins: false) }
print(#"{"render": \#(without), "origins": \#(with), "parse": \#(parse), "convert": \#(convert)}"#)
