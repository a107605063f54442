public import Hummingbird
public import Server

/// The client API: what Mastodon apps speak.
///
/// Reference: Mastodon's documented API, at the version that `instance` names.
///
/// One file of routes for each resource, one entity file for each shape.
public struct ClientRoutes: Sendable {
    private let desk: ClientDesk
    private let streams: StreamHub

    /// Serves by a desk; the hub runs beside the routes.
    public init(desk: ClientDesk, streams: StreamHub) {
        self.desk = desk
        self.streams = streams
    }

    /// Adds the routes below `/api`, and those below `/oauth` that programs call.
    public func add(to router: Router<ServerContext>) {
        OAuthRoutes(desk: desk).add(to: router)
        let api = router.group("api").add(middleware: ClientErrors())
        AppRoutes(desk: desk).add(to: api)
        AccountRoutes(desk: desk).add(to: api)
        StatusRoutes(desk: desk, idempotency: IdempotentPosts(clock: desk.clock)).add(to: api)
        ScheduledRoutes(desk: desk).add(to: api)
        DraftRoutes(desk: desk, idempotency: IdempotentPosts(clock: desk.clock)).add(to: api)
        TimelineRoutes(desk: desk).add(to: api)
        NotificationRoutes(desk: desk).add(to: api)
        InstanceRoutes(desk: desk).add(to: api)
        SearchRoutes(desk: desk).add(to: api)
        BlockRoutes(desk: desk).add(to: api)
        HashtagRoutes(desk: desk).add(to: api)
        UploadRoutes(desk: desk).add(to: api)
        EmojiReactionRoutes(desk: desk).add(to: api)
        ReportRoutes(desk: desk).add(to: api)
        AdminAccountRoutes(desk: desk).add(to: api)
        AdminDomainRoutes(desk: desk).add(to: api)
        PollRoutes(desk: desk).add(to: api)
        QuoteRoutes(desk: desk).add(to: api)
        MuteRoutes(desk: desk).add(to: api)
        RemarkRoutes(desk: desk).add(to: api)
        ListRoutes(desk: desk).add(to: api)
        FilterRoutes(desk: desk).add(to: api)
        FirstFilterRoutes(desk: desk).add(to: api)
        GroupedNotificationRoutes(desk: desk).add(to: api)
        NoticePolicyRoutes(desk: desk).add(to: api)
        ConversationRoutes(desk: desk).add(to: api)
        MarkerRoutes(desk: desk).add(to: api)
        FeaturedHashtagRoutes(desk: desk).add(to: api)
        PeopleRoutes(desk: desk).add(to: api)
        TrendRoutes(desk: desk).add(to: api)
        StreamRoutes(desk: desk, hub: streams).add(to: api)
    }
}
