import CLinux
import Glibc

/// epoll, and an event that wakes it from other threads.
final class Poller: Sendable {
    struct Event {
        let descriptor: Int32
        let owner: Int
        let canRead: Bool
        let canWrite: Bool
        let isBroken: Bool
    }

    private let epoll: Int32
    private let waker: Int32

    /// nil where the system has no descriptors left.
    init?() {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        let waker = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, waker >= 0 else {
            if epoll >= 0 { close(epoll) }
            if waker >= 0 { close(waker) }
            return nil
        }
        (self.epoll, self.waker) = (epoll, waker)
        watch(waker, owner: 0, read: true, write: false)
    }

    deinit {
        close(epoll)
        close(waker)
    }

    /// From any thread: the wait that runs, or the next one, ends.
    func wake() { eventfd_write(waker, 1) }

    /// - Parameter owner: what its events say of whom they concern.
    func watch(_ descriptor: Int32, owner: Int, read: Bool, write: Bool) {
        var event = epoll_event()
        event.events = (read ? EPOLLIN.rawValue : 0) | (write ? EPOLLOUT.rawValue : 0)
        event.data.u64 = UInt64(UInt32(bitPattern: descriptor)) | UInt64(owner) << 32
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) != 0, errno == ENOENT {
            _ = epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }
    }

    func forget(_ descriptor: Int32) {
        var event = epoll_event()
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Waits for descriptors, for `wake`, or for the time to pass; nil waits without end.
    func wait(milliseconds: Int?, _ body: (Event) -> Void) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let timeout = milliseconds.map { Int32(clamping: $0) } ?? -1
            let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), timeout)
            for event in events.prefix(max(Int(count), 0)) {
                let descriptor = Int32(truncatingIfNeeded: event.data.u64)
                if descriptor == waker {
                    var value: eventfd_t = 0
                    eventfd_read(waker, &value)
                    continue
                }
                body(
                    Event(
                        descriptor: descriptor, owner: Int(event.data.u64 >> 32),
                        canRead: event.events & EPOLLIN.rawValue != 0,
                        canWrite: event.events & EPOLLOUT.rawValue != 0,
                        isBroken: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0))
            }
        }
    }
}
