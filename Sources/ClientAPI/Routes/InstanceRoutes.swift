import Domain
import Hummingbird
import Media
import Outbox
import Server
import Storage
import Vocabulary

/// What this server is.
struct InstanceRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/instance") { try await first($0, $1) }
        api.get("v2/instance") { try await second($0, $1) }
        api.get("openapi.yaml") { _, _ in ClientResponse.description }
        api.get("v1/custom_emojis") { _, _ in ClientResponse.json([]) }
    }

    /// What apps have to know of limits and addresses.
    private func configuration(of school: School) -> JSONValue {
        [
            "urls": ["streaming": .string(streaming(of: school))],
            "statuses": [
                "max_characters": 5_000, "max_media_attachments": .integer(Int64(Upload.maximumOfPost)),
                "characters_reserved_per_url": 23,
            ],
            "polls": [
                "max_options": .integer(Int64(PollDraft.optionCount.upperBound)),
                "max_characters_per_option": .integer(Int64(PollDraft.longestOption)),
                "min_expiration": .integer(PollDraft.duration.lowerBound.milliseconds / 1_000),
                "max_expiration": .integer(PollDraft.duration.upperBound.milliseconds / 1_000),
            ],
            "accounts": [
                "max_featured_tags": .integer(Int64(FeaturedHashtag.maximum)),
                "max_pinned_statuses": .integer(Int64(Pin.maximum)),
            ],
            "translation": ["enabled": false],
            "limited_federation": .bool(school.federation == .partners),
            "media_attachments": [
                "supported_mime_types": .array(MediaFormat.allCases.map { .string($0.mediaType) }),
                "description_limit": .integer(Int64(Upload.maximumDescription)),
                "image_size_limit": .integer(Int64(desk.media.limits.imageBytes)),
                "image_matrix_limit": .integer(Int64(desk.media.limits.pixels)),
                "video_size_limit": .integer(Int64(desk.media.limits.filmBytes)),
                // Films are kept as they are.
                "video_frame_rate_limit": 120, "video_matrix_limit": 8_294_400,
            ],
            // Push is not served.
            "vapid": ["public_key": ""],
            // Strangers read what was written here; what comes from elsewhere is for who is signed in.
            "timelines_access": [
                "live_feeds": ["local": "public", "remote": "disabled"],
                "hashtag_feeds": ["local": "public", "remote": "authenticated"],
                "trending_link_feeds": ["local": "disabled", "remote": "disabled"],
            ],
        ]
    }

    private func streaming(of school: School) -> String {
        let origin = school.origin.description
        return origin.hasPrefix("https:") ? "wss:\(origin.dropFirst(6))" : "ws:\(origin.dropFirst(5))"
    }

    private func first(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let counts = try await desk.usage.counts(of: school.id)
        return ClientResponse.json([
            "uri": .string(school.host.description), "title": .string(school.name), "short_description": "",
            "description": "", "email": "",
            "version": .string("4.2.0 (compatible; Staffroom \(desk.version))"),
            "urls": ["streaming_api": .string(streaming(of: school))], "languages": ["en"],
            "registrations": false, "approval_required": true,
            "invites_enabled": false, "configuration": configuration(of: school), "rules": [],
            "contact_account": nil,
            "stats": [
                "user_count": .integer(Int64(counts.people)), "status_count": .integer(Int64(counts.posts)),
                "domain_count": 0,
            ],
        ])
    }

    private func second(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let counts = try await desk.usage.counts(of: school.id)
        return ClientResponse.json([
            "domain": .string(school.host.description), "title": .string(school.name),
            "version": .string("4.2.0 (compatible; Staffroom \(desk.version))"),
            "source_url": "", "description": "", "languages": ["en"],
            "configuration": configuration(of: school), "rules": [],
            "usage": ["users": ["active_month": .integer(Int64(counts.people))]],
            "registrations": ["enabled": false, "approval_required": true, "message": nil],
            // No school has named anybody.
            "contact": ["email": "", "account": nil], "icon": [],
            "api_versions": ["mastodon": 1],
        ])
    }
}
