import Chat
import JSON

/// The model that ships for demonstrations, found from this file's own place.
func demoModel() throws -> Model {
    let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
    return try Model(directory: "/" + root + "/bindings/python/typecase/demo/model")
}

func fields(_ json: String) throws -> Fields {
    try Fields(root: JSONParser.parse(Array(json.utf8)), name: "request")
}
