import Domain
import Outbox
import Storage

/// Makes the people of a seeded school; those who are there already are taken as they are.
struct SeedPeople {
    let instance: Instance
    let school: School
    let passwordHash: String?

    private static let names = [
        ("ada", "Ada Mwangi"), ("bruno", "Bruno Keller"), ("chloe", "Chloé Martin"), ("dina", "Dina Haddad"),
        ("eli", "Eli Novak"), ("fatima", "Fatima Khan"), ("grace", "Grace Okafor"), ("hiro", "Hiro Tanaka"),
        ("ines", "Inés Ortega"), ("jonas", "Jonas Lind"), ("kim", "Kim Doyle"), ("lea", "Lea Rossi"),
    ]

    func make() async throws -> [Account] {
        var people: [Account] = []
        for (name, displayName) in Self.names {
            let handle = try Handle(local: name, host: school.host)
            if let known = try await instance.database.read({ try $0.accounts.find(handle) }) {
                people.append(known)
                continue
            }
            people.append(
                try await instance.registrar.addAccount(
                    named: name,
                    at: school,
                    displayName: displayName,
                    passwordHash: passwordHash,
                    by: Instance.admin
                )
            )
        }
        return people
    }
}

/// What the people of a seeded school say.
enum SeedTexts {
    static let posts = [
        "Tried exit tickets as one-sentence voice notes today. Every student answered. #FormativeAssessment",
        "Celebrating: our grade 9 reading circle finished its first novel together, and asked for the next. #Literacy",
        "Question: how do you group students for labs when half the class joined mid-term? #Science",
        "Our maths team plans every Tuesday over lunch. Ten minutes, one problem, three ways to solve it. #MathsChat",
        "New to the school this year, and looking for a colleague to visit for a lesson. Any subject! #PeerObservation",
        "We moved detention to a homework café. Two weeks in: more homework, less detention. #Belonging",
        "Resource: a shared glossary in five languages for grade 7 geography. Take it, add to it. #Geography #EAL",
        "Reflection: I talked for 31 of 45 minutes. Next week's goal is 20. #Practice",
        "Student-led conferences went well. The parents asked the children, not me. #Agency",
        "Trying this: no marks on first drafts, only two questions. They revise far more. #Feedback",
        "The robotics club is repairing the library's laptops. They wrote their own ticket system. #ProjectLearning",
        "What do you read to get better at teaching writing? One title each, please. #Writing",
        "Observed Grace's history lesson: sources on the walls, a silent gallery walk, then the loudest debate. #History",
        "Our induction buddy scheme starts its third year. Sixteen pairs. #NewTeachers",
        "Tip: number the lines of every text you hand out. Discussions get twice as quick. #Languages",
    ]

    static let answers = [
        "We did the same, and it stuck. Happy to share our sheets.",
        "Love this. Could I come and watch on Thursday?",
        "How long did it take until they stopped asking about marks?",
        "Thank you! I will try it with my grade 8.",
        "We read *The Writing Revolution* as a department. Worth it.",
    ]
}
