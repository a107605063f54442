import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// What an admin chooses for a school: name, colour, clocks, rules, audiences, descriptions and federation.
struct SchoolPages: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/school") { request, context in
            let look = try await admin.look(request, context) { $0.readsSchool }
            return page(look, SchoolForm(look.school), isSaved: look.fields["saved"] != nil).response()
        }
        router.post("admin/school") { try await save($0, $1) }
    }

    private func save(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await admin.desk.form(request, context)
        let form = SchoolForm(fields)
        let host = try AdminDesk.host(fields)
        if form.problems.isEmpty {
            try await admin.school.update(at: host, as: person.account.id) { form.change(&$0) }
            return Page.redirect("/admin/school?saved" + (host.map { "&school=\($0)" } ?? ""))
        }
        // What was typed stays, with a word at each field that is wrong.
        let visit = try await admin.desk.visit(request, context)
        guard person.role.changesSchool else { throw CaseError.notAllowed }
        let schools = try await admin.school.schools(of: person.account.id)
        guard let school = schools.first(where: { host == nil || $0.host == host }) else {
            throw CaseError.notAllowed
        }
        let look = AdminDesk.Look(
            visit: visit,
            person: person,
            school: school,
            schools: schools,
            fields: fields
        )
        return page(look, form, isSaved: false).response(.unprocessableContent)
    }

    private func page(_ look: AdminDesk.Look, _ form: SchoolForm, isSaved: Bool) -> Page {
        var page = AdminHTML.page(look, title: "School", at: "/admin/school")
        if isSaved { page.body += "<p class=\"saved\" role=\"status\">Saved.</p>" }
        let mayChange = look.person.role.changesSchool
        page.body += """
            <form class="card" method="post" action="/admin/school">\(Page.csrf(look.visit))\(look.field)
            <fieldset class="plain"\(mayChange ? "" : " disabled")><legend class="invisible">The school</legend>
            \(form.html)\(mayChange ? "<p><button class=\"primary\">Save</button></p>" : "")</fieldset></form>
            """
        return page
    }
}

/// The form of a school's settings, as it stands or as it was typed.
struct SchoolForm: Sendable {
    var name: String
    var color: String
    var rules: String
    var timeZone: String
    var audiences: Set<Audience>
    var requiresDescriptions: Bool
    var requiresSignedReads: Bool
    var federation: School.Federation?

    init(_ school: School) {
        name = school.name
        color = school.color?.description ?? ""
        rules = school.rules
        timeZone = school.timeZone.description
        audiences = school.audiences
        requiresDescriptions = school.requiresDescriptions
        requiresSignedReads = school.requiresSignedReads
        federation = school.federation
    }

    /// Boxes that are not ticked are not sent.
    init(_ fields: FormFields) {
        name = (fields["name"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        color = (fields["color"] ?? "").filter { !$0.isWhitespace }
        rules = (fields["rules"] ?? "").replacing("\r\n", with: "\n")
        timeZone = (fields["time-zone"] ?? "").filter { !$0.isWhitespace }
        audiences = Set(
            fields.all.filter { $0.name == "audience" }.compactMap { Audience(rawValue: $0.value) }
        )
        requiresDescriptions = fields["descriptions"] != nil
        requiresSignedReads = fields["signed-reads"] != nil
        federation = fields["federation"].flatMap { School.Federation(rawValue: $0) }
    }

    /// What is wrong, by field, in words for whoever typed it.
    var problems: [String: String] {
        var problems: [String: String] = [:]
        if name.isEmpty || name.unicodeScalars.count > School.longestName {
            problems["name"] = "Give the school a name of at most \(School.longestName) characters."
        }
        if !color.isEmpty, SchoolColor(color) == nil {
            problems["color"] = "Write a colour as #0b5c8a, or leave it empty."
        }
        if rules.unicodeScalars.count > School.longestRules {
            problems["rules"] = "That is too long: the rules have at most \(School.longestRules) characters."
        }
        if audiences.subtracting([.direct]).isEmpty {
            problems["audiences"] = "Choose at least one that is more than a direct message."
        }
        if ZoneName(timeZone) == nil {
            problems["time-zone"] = "Write a time zone such as Europe/Berlin or America/Chicago."
        }
        if federation == nil { problems["federation"] = "Choose one of the two." }
        return problems
    }

    func change(_ school: inout School) {
        school.name = name
        school.color = SchoolColor(color)
        school.rules = rules
        school.timeZone = ZoneName(timeZone) ?? school.timeZone
        school.audiences = audiences
        school.requiresDescriptions = requiresDescriptions
        school.requiresSignedReads = requiresSignedReads
        school.federation = federation ?? school.federation
    }

    var html: String {
        let boxes = Audience.allCases.map { audience in
            check("audience", audience.shown, audiences.contains(audience), value: audience.rawValue)
        }
        return """
            <label for="name">Name</label>
            <input id="name" name="name" type="text" required maxlength="\(School.longestName)" \
            value="\(HTMLEscape.attribute(name))"\(described("name"))>\(problem("name"))
            <label for="color">Colour of links and buttons</label>
            <input id="color" name="color" type="text" class="short" placeholder="#0b5c8a" autocapitalize="none" \
            value="\(HTMLEscape.attribute(color))"\(described("color", hint: true))>\(problem("color"))
            <p class="hint" id="color-hint">A darker or lighter shade is used where the colour itself could not be read.</p>
            <label for="time-zone">Where its clocks are</label>
            <input id="time-zone" name="time-zone" type="text" required placeholder="Europe/Berlin" autocapitalize="none" \
            value="\(HTMLEscape.attribute(timeZone))"\(described("time-zone"))>\(problem("time-zone"))
            <label for="rules">What you have agreed on, a line for each rule</label>
            <textarea id="rules" name="rules" rows="6" maxlength="\(School.longestRules)"\(described("rules"))>
            \(HTMLEscape.text(rules))</textarea>\(problem("rules"))
            <p class="hint">Everybody sees it on the page <a href="/about">about this school</a>.</p>
            <fieldset\(described("audiences"))><legend>For whom people may post</legend>\(boxes.joined())</fieldset>\
            \(problem("audiences"))
            \(check("descriptions", "Pictures, films and recordings need a description", requiresDescriptions))
            <label for="federation">Other servers</label>
            <select id="federation" name="federation"\(described("federation"))>\
            <option value="partners"\(federation == .partners ? " selected" : "")>Only partners that an admin approved</option>\
            <option value="open"\(federation == .open ? " selected" : "")>Every server but those that are blocked</option>\
            </select>\(problem("federation"))
            \(check("signed-reads", "Other servers must sign to read posts, even those for everybody", requiresSignedReads))
            """
    }

    private func check(_ name: String, _ label: String, _ isOn: Bool, value: String = "yes") -> String {
        """
        <label class="check"><input type="checkbox" name="\(name)" value="\(value)"\(isOn ? " checked" : "")>\
        \(HTMLEscape.text(label))</label>
        """
    }

    private func described(_ field: String, hint: Bool = false) -> String {
        let ids = (hint ? ["\(field)-hint"] : []) + (problems[field] == nil ? [] : ["\(field)-problem"])
        let by = ids.isEmpty ? "" : " aria-describedby=\"\(ids.joined(separator: " "))\""
        return by + (problems[field] == nil || field == "audiences" ? "" : " aria-invalid=\"true\"")
    }

    private func problem(_ field: String) -> String {
        problems[field].map { "<p class=\"error\" id=\"\(field)-problem\">\(HTMLEscape.text($0))</p>" } ?? ""
    }
}
