import Foundation

/// nginx with one file of 1 KiB at `/kibibyte`: what this machine can serve at best, for comparison.
final class Nginx {
    let port: UInt16
    private let process = Process()

    /// Starts it; two workers, as many as the figures' machine has cores.
    init(folder: String, port: UInt16) throws {
        self.port = port
        let root = "\(folder)/nginx"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try Data(repeating: UInt8(ascii: "a"), count: 1_024).write(
            to: URL(fileURLWithPath: "\(root)/kibibyte")
        )
        let configuration = """
            daemon off; worker_processes 2; pid \(root)/pid; error_log \(root)/error.log;
            events {}
            http {
                access_log off; keepalive_requests 1000000; sendfile on; open_file_cache max=10;
                client_body_temp_path \(root)/b; proxy_temp_path \(root)/p; fastcgi_temp_path \(root)/f;
                uwsgi_temp_path \(root)/u; scgi_temp_path \(root)/s;
                server { listen 127.0.0.1:\(port); root \(root); }
            }
            """
        try configuration.write(toFile: "\(root)/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-c", "\(root)/nginx.conf", "-e", "\(root)/error.log"]
        try process.run()
        let request = Array("GET /kibibyte HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        for _ in 0..<1_000 where process.isRunning {
            if let answer = try? BlockingConnection(port: port).exchange(request), answer.status == 200 {
                return
            }
            usleep(5_000)
        }
        throw Program.Failed(description: "nginx does not start; see \(root)/error.log")
    }

    /// Ends it.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
