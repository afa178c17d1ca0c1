/// The cookies in which a session comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionCookie {
    /// NextAuth v4 over http.
    NextAuth,
    /// NextAuth v4 over https.
    SecureNextAuth,
    /// Auth.js v5 over http.
    AuthJs,
    /// Auth.js v5 over https.
    SecureAuthJs,
}

impl SessionCookie {
    /// Every cookie, in the order in which a request is searched.
    pub const ALL: [Self; 4] = [Self::SecureNextAuth, Self::NextAuth, Self::SecureAuthJs, Self::AuthJs];

    /// The cookie that Nexus gives: the one of the existing pages.
    pub const fn given(secure: bool) -> Self {
        if secure { Self::SecureNextAuth } else { Self::NextAuth }
    }

    /// Its name. In pieces, `.0`, `.1`… are appended.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NextAuth => "next-auth.session-token",
            Self::SecureNextAuth => "__Secure-next-auth.session-token",
            Self::AuthJs => "authjs.session-token",
            Self::SecureAuthJs => "__Secure-authjs.session-token",
        }
    }

    /// Whether browsers send it over https only.
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::SecureNextAuth | Self::SecureAuthJs)
    }

    pub(super) const fn is_auth_js(self) -> bool {
        matches!(self, Self::AuthJs | Self::SecureAuthJs)
    }
}
