// Link stubs for the static build (packaging/README.md, "The static binary").
//
// Debian's libcurl.a was built with Kerberos, LDAP and RTMP, but Debian has no static archives of those. We limit libcurl to http and https
// and never ask for Negotiate, so none of these is called; each reports failure all the same. Their headers are left out on purpose:
// only the names matter to the linker, and the results are returned in the same register whatever the parameters are.
#ifdef WARREN_STATIC

#define NO_OBJECT(name) \
    void *name(void);   \
    void *name(void) { return 0; }
#define NO_SUCCESS(name, code) \
    int name(void);            \
    int name(void) { return code; }
#define NO_EFFECT(name) \
    void name(void);    \
    void name(void) {}

// Kerberos: GSS_S_FAILURE (RFC 2744, 3.9.1).
enum { gss_s_failure = 13 << 16 };
const void *const GSS_C_NT_HOSTBASED_SERVICE = 0;
NO_SUCCESS(gss_delete_sec_context, gss_s_failure)
NO_SUCCESS(gss_display_name, gss_s_failure)
NO_SUCCESS(gss_display_status, gss_s_failure)
NO_SUCCESS(gss_import_name, gss_s_failure)
NO_SUCCESS(gss_init_sec_context, gss_s_failure)
NO_SUCCESS(gss_inquire_context, gss_s_failure)
NO_SUCCESS(gss_release_buffer, gss_s_failure)
NO_SUCCESS(gss_release_name, gss_s_failure)
NO_SUCCESS(gss_unwrap, gss_s_failure)
NO_SUCCESS(gss_wrap, gss_s_failure)

// LDAP: -1 is a failure to every caller in libcurl, LDAP_SERVER_DOWN by name.
enum { ldap_server_down = -1 };
NO_EFFECT(ber_bvfree)
NO_EFFECT(ber_free)
NO_EFFECT(ber_memfree)
NO_EFFECT(ber_memvfree)
NO_SUCCESS(ber_sockbuf_add_io, ldap_server_down)
NO_SUCCESS(ldap_abandon_ext, ldap_server_down)
NO_OBJECT(ldap_err2string)
NO_EFFECT(ldap_free_urldesc)
NO_SUCCESS(ldap_get_attribute_ber, ldap_server_down)
NO_SUCCESS(ldap_get_dn_ber, ldap_server_down)
NO_SUCCESS(ldap_get_option, ldap_server_down)
NO_SUCCESS(ldap_init_fd, ldap_server_down)
NO_EFFECT(ldap_memfree)
NO_SUCCESS(ldap_msgfree, ldap_server_down)
NO_SUCCESS(ldap_msgtype, ldap_server_down)
NO_SUCCESS(ldap_parse_result, ldap_server_down)
NO_SUCCESS(ldap_parse_sasl_bind_result, ldap_server_down)
NO_SUCCESS(ldap_pvt_url_scheme2proto, ldap_server_down)
NO_SUCCESS(ldap_result, ldap_server_down)
NO_SUCCESS(ldap_sasl_bind, ldap_server_down)
NO_SUCCESS(ldap_search_ext, ldap_server_down)
NO_SUCCESS(ldap_set_option, ldap_server_down)
NO_SUCCESS(ldap_start_tls, ldap_server_down)
NO_SUCCESS(ldap_unbind_ext, ldap_server_down)
NO_SUCCESS(ldap_url_parse, ldap_server_down)

// RTMP: FALSE, or no bytes.
NO_OBJECT(RTMP_Alloc)
NO_EFFECT(RTMP_Close)
NO_SUCCESS(RTMP_Connect1, 0)
NO_SUCCESS(RTMP_ConnectStream, 0)
NO_EFFECT(RTMP_Free)
NO_EFFECT(RTMP_Init)
NO_SUCCESS(RTMP_Read, -1)
NO_EFFECT(RTMP_SetBufferMS)
NO_SUCCESS(RTMP_SetupURL, 0)
NO_SUCCESS(RTMP_Write, -1)

#endif
