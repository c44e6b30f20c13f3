using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Platform;

/// <summary>
/// A secret that those share who may use a platform: its silos and whoever may read its file. It is proved, never sent: another user's program that
/// listens where a silo was expected learns nothing it could use. Tokens of people and services are derived from it, so that a silo needs nothing secret to
/// recognise them.
/// </summary>
public sealed class AccessToken : IEquatable<AccessToken>
{
    /// <summary>The name of the file that a silo makes in its data directory.</summary>
    public const string FileName = "access.token";

    /// <summary>The word before a proof in the Authorization header, and before a challenge.</summary>
    public const string Scheme = "Hermes";

    /// <summary>The page of a dashboard that takes the code of an entry.</summary>
    public const string EntryPath = "/enter";

    /// <summary>What a call carries its statement under.</summary>
    public const string CallKey = "hermes.caller";

    /// <summary>What a call carries the name of the person under for whom it is made, as whoever makes it says.</summary>
    public const string PersonKey = "hermes.person";

    private const string CallMethod = "CALL";
    private const string SiloMethod = "SILO";
    private const int NonceLength = 32;

    /// <summary>How long a request may be under way, and clocks apart.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>How long a link to a dashboard is good.</summary>
    public static readonly TimeSpan EntryLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long a call of an actor may wait until the other one comes to it.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(35);

    /// <summary>How long the other end of a connection may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _key;

    private AccessToken(byte[] key, Bearer? bearer = null) => (_key, Bearer) = (key, bearer ?? Bearer.Platform);

    /// <summary>Who it was made for.</summary>
    public Bearer Bearer { get; }

    /// <summary>Whether it is the platform's own, from which the others are derived.</summary>
    public bool IsPlatform => Bearer == Bearer.Platform;

    private string Prefix => IsPlatform ? "" : $"{Bearer}@";

    /// <summary>Text for a new file.</summary>
    public static string NewText() => RandomNumberGenerator.GetHexString(2 * NonceLength, lowercase: true);

    /// <summary>The token of a file.</summary>
    /// <exception cref="HermesException">The file cannot be read, everybody may read it, or it does not look like one of a token. What it holds is not told.</exception>
    public static AccessToken Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            PrivateText.Require(stream, "an access token");
            return stream.Length > 4096 ? throw NoToken(file) : Of(new StreamReader(stream).ReadToEnd()) ?? throw NoToken(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"The access token {file} cannot be read: {unreadable.Message}", file);
        }
    }

    /// <summary>The token of somebody, which only the platform's own can make.</summary>
    public AccessToken Derive(Bearer bearer)
    {
        ArgumentNullException.ThrowIfNull(bearer);
        return IsPlatform
            ? bearer == Bearer.Platform ? this : new AccessToken(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"bearer\n{bearer}")), bearer)
            : throw new InvalidOperationException("Only the platform's own token makes others.");
    }

    /// <summary>What the file of a token of somebody holds; the platform's own is written by who made it.</summary>
    public string ToText() => IsPlatform
        ? throw new InvalidOperationException("The platform's own token is not told.")
        : $"{Bearer}:{Convert.ToHexStringLower(_key)}";

    /// <summary>
    /// The token that a text makes: one that was made for somebody, or the platform's own; null when it is too short or of other characters than letters, digits,
    /// <c>+ / = _ -</c>.
    /// </summary>
    public static AccessToken? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = text.Trim();
        if (word.LastIndexOf(':') is > 0 and var colon)
        {
            var key = new byte[HMACSHA256.HashSizeInBytes];
            return Bearer.Parse(word[..colon]) is { } bearer && word.Length - colon - 1 == 2 * key.Length
                && Convert.FromHexString(word.AsSpan(colon + 1), key, out _, out _) == OperationStatus.Done
                ? new AccessToken(key, bearer)
                : null;
        }

        return word.Length >= NonceLength && word.All(c => char.IsAsciiLetterOrDigit(c) || "+/=_-".Contains(c, StringComparison.Ordinal))
            ? new AccessToken(SHA256.HashData(Encoding.ASCII.GetBytes(word)))
            : null;
    }

    /// <summary>The Authorization header's value for one HTTP request.</summary>
    /// <param name="method">Such as GET.</param>
    /// <param name="target">Path and query as they are sent.</param>
    /// <param name="now">The time.</param>
    public string Sign(string method, string target, DateTimeOffset now)
    {
        var nonce = RandomNumberGenerator.GetHexString(NonceLength, lowercase: true);
        var seconds = now.ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{seconds}.{nonce}.{Convert.ToHexStringLower(Proof(method, target, seconds, nonce))}");
    }

    /// <summary>Whether a value that <see cref="Sign"/> made is good for this request now.</summary>
    public bool IsGood(string? value, string method, string target, DateTimeOffset now) => IsGood(value, method, target, now, Tolerance);

    /// <summary>Who says to have signed a value: no more than a claim until that token finds it good. Null when it is nobody.</summary>
    public static Bearer? Claimed(string? value) => value?.Split('@') switch
    {
        [_] => Bearer.Platform,
        [var claim, _] => Bearer.Parse(claim),
        _ => null,
    };

    /// <summary>What a client says with each grain call, so that the silo knows who asks; good for as long as a request.</summary>
    public string SignCalls(DateTimeOffset now) => Sign(CallMethod, "", now);

    /// <summary>Whether a statement that <see cref="SignCalls"/> made is good now.</summary>
    public bool IsOfCalls(string? statement, DateTimeOffset now) => IsGood(statement, CallMethod, "", now);

    /// <summary>What a silo says with each call of its actors; only the platform's own token can.</summary>
    public string SignSilo(DateTimeOffset now) => Sign(SiloMethod, "", now);

    /// <summary>Whether a statement that <see cref="SignSilo"/> made is good now.</summary>
    public bool IsOfSilo(string? statement, DateTimeOffset now) => IsPlatform && IsGood(statement, SiloMethod, "", now, LongestCall);

    /// <summary>A code by which a browser may enter a dashboard of the platform, for <see cref="EntryLifetime"/>.</summary>
    public string SignEntry(DateTimeOffset now) => Sign("ENTER", EntryPath, now);

    /// <summary>Whether a code that <see cref="SignEntry"/> made is good now.</summary>
    public bool IsEntry(string? code, DateTimeOffset now) => IsGood(code, "ENTER", EntryPath, now, EntryLifetime);

    /// <summary>
    /// A word by which a program that can only send one reads a silo's numbers, and nothing else: neither the token nor another proof follows from it.
    /// </summary>
    public string MetricsWord() => Convert.ToHexStringLower(HMACSHA256.HashData(_key, "metrics"u8));

    /// <summary>Whether a word is <see cref="MetricsWord"/>.</summary>
    public bool IsMetricsWord(string? word) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(word ?? ""), Encoding.UTF8.GetBytes(MetricsWord()));

    private bool IsGood(string? value, string method, string target, DateTimeOffset now, TimeSpan tolerance)
    {
        var parts = value is not null && value.StartsWith(Prefix, StringComparison.Ordinal) ? value[Prefix.Length..].Split('.') : [];
        var given = new byte[HMACSHA256.HashSizeInBytes];
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= tolerance.TotalSeconds
            && parts[2].Length == 2 * given.Length && Convert.FromHexString(parts[2], given, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Proof(method, target, seconds, parts[1]));
    }

    /// <summary>At the end that was connected to: lets the other one prove its token, and proves to be able to make it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isWelcome">Whether a token that was made for somebody is good here; null when only the platform's own is.</param>
    /// <returns>Who is at the other end; null when it could not prove it.</returns>
    public async Task<Bearer?> AdmitAsync(IDuplexPipe connection, Func<Bearer, ValueTask<bool>>? isWelcome = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var limit = new CancellationTokenSource(Patience);
        var own = RandomNumberGenerator.GetBytes(NonceLength);
        await connection.Output.WriteAsync(own, limit.Token).ConfigureAwait(false);
        if (await ReceiveAsync(connection.Input, 1, limit.Token).ConfigureAwait(false) is not [var length]
            || await ReceiveAsync(connection.Input, length + NonceLength + HMACSHA256.HashSizeInBytes, limit.Token).ConfigureAwait(false) is not { } answer)
        {
            return null;
        }

        var bearer = length == 0 ? Bearer.Platform : isWelcome is null ? null : Bearer.Parse(Encoding.ASCII.GetString(answer, 0, length));
        var theirs = answer[length..(length + NonceLength)];
        if (bearer is null
            || Derive(bearer) is var token && !CryptographicOperations.FixedTimeEquals(answer.AsSpan(length + NonceLength), token.Proof("enters", own, theirs))
            || length > 0 && !await isWelcome!(bearer).ConfigureAwait(false))
        {
            return null;
        }

        await connection.Output.WriteAsync(token.Proof("admits", own, theirs), limit.Token).ConfigureAwait(false);
        return bearer;
    }

    /// <summary>At the end that connects: proves the token and lets the other one prove it.</summary>
    /// <returns>Whether the other one has it.</returns>
    public async Task<bool> EnterAsync(IDuplexPipe connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var limit = new CancellationTokenSource(Patience);
        if (await ReceiveAsync(connection.Input, NonceLength, limit.Token).ConfigureAwait(false) is not { } theirs)
        {
            return false;
        }

        var own = RandomNumberGenerator.GetBytes(NonceLength);
        var bearer = IsPlatform ? [] : Encoding.ASCII.GetBytes(Bearer.ToString());
        await connection.Output.WriteAsync((byte[])[(byte)bearer.Length, .. bearer, .. own, .. Proof("enters", theirs, own)], limit.Token).ConfigureAwait(false);
        return await ReceiveAsync(connection.Input, HMACSHA256.HashSizeInBytes, limit.Token).ConfigureAwait(false) is { } proof
            && CryptographicOperations.FixedTimeEquals(proof, Proof("admits", theirs, own));
    }

    /// <inheritdoc/>
    public bool Equals(AccessToken? other) => other is not null && Bearer == other.Bearer && CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AccessToken);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_key);

    private static async Task<byte[]?> ReceiveAsync(PipeReader input, int length, CancellationToken cancellationToken)
    {
        var read = await input.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < length)
        {
            return null;
        }

        var bytes = read.Buffer.Slice(0, length).ToArray();
        input.AdvanceTo(read.Buffer.GetPosition(length));
        return bytes;
    }

    private static HermesException NoToken(string file) => new(
        $"{file} holds no access token: at least {NonceLength} letters, digits or + / = _ - were expected.", file, "'openssl rand -hex 32' makes a good one.");

    private byte[] Proof(string method, string target, long seconds, string nonce) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method}\n{target}\n{seconds}\n{nonce}")));

    private byte[] Proof(string what, byte[] admitting, byte[] entering) => HMACSHA256.HashData(_key, (byte[])[.. Encoding.ASCII.GetBytes(what), .. admitting, .. entering]);
}
