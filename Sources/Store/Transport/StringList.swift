internal import CCurl

/// A list of strings as libcurl wants them (`curl_slist`): headers, and the target of CURLOPT_CONNECT_TO.
///
/// libcurl keeps the pointer and not the strings, so the owner of the easy handle must retain the list. Like Swift's own allocations, it traps if
/// there is no memory.
@safe final class StringList {
    let head: UnsafeMutablePointer<curl_slist>?

    init(_ strings: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for string in strings {
            guard let longer = unsafe curl_slist_append(list, string) else { preconditionFailure("out of memory") }
            unsafe list = longer
        }
        unsafe head = list
    }

    deinit { unsafe curl_slist_free_all(head) }
}
