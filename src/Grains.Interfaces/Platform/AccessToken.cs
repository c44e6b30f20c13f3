using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace Hermes.Grains.Interfaces.Platform;

/// <summary>
/// A secret that those share who may use a platform: its silos and whoever may read its file. It is proved, never sent: another user's program that
/// listens where a silo was expected learns nothing it could use.
/// </summary>
public sealed class AccessToken : IEquatable<AccessToken>
{
    /// <summary>The name of the file that a silo makes in its data directory.</summary>
    public const string FileName = "access.token";

    /// <summary>The word before a proof in the Authorization header, and before a challenge.</summary>
    public const string Scheme = "Hermes";

    /// <summary>The page of a dashboard that takes the code of an entry.</summary>
    public const string EntryPath = "/enter";

    private const int NonceLength = 32;

    /// <summary>How long a request may be under way, and clocks apart.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>How long a link to a dashboard is good.</summary>
    public static readonly TimeSpan EntryLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long the other end of a connection may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _key;

    private AccessToken(byte[] key) => _key = key;

    /// <summary>Text for a new file.</summary>
    public static string NewText() => RandomNumberGenerator.GetHexString(2 * NonceLength, lowercase: true);

    /// <summary>The token of a file.</summary>
    /// <exception cref="HermesException">The file cannot be read, or does not look like one of a token. What it holds is not told.</exception>
    public static AccessToken Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            return stream.Length > 4096 ? throw NoToken(file) : Of(new StreamReader(stream).ReadToEnd()) ?? throw NoToken(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"The access token {file} cannot be read: {unreadable.Message}", file);
        }
    }

    /// <summary>The token that a text makes; null when it is too short or of other characters than letters, digits, <c>+ / = _ -</c>.</summary>
    public static AccessToken? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = text.Trim();
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
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{nonce}.{Convert.ToHexStringLower(Proof(method, target, seconds, nonce))}");
    }

    /// <summary>Whether a value that <see cref="Sign"/> made is good for this request now.</summary>
    public bool IsGood(string? value, string method, string target, DateTimeOffset now) => IsGood(value, method, target, now, Tolerance);

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
        var parts = value?.Split('.') ?? [];
        var given = new byte[HMACSHA256.HashSizeInBytes];
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= tolerance.TotalSeconds
            && parts[2].Length == 2 * given.Length && Convert.FromHexString(parts[2], given, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Proof(method, target, seconds, parts[1]));
    }

    /// <summary>At the end that was connected to: lets the other one prove the token, and proves it.</summary>
    /// <returns>Whether the other one has it.</returns>
    public async Task<bool> AdmitAsync(IDuplexPipe connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var limit = new CancellationTokenSource(Patience);
        var own = RandomNumberGenerator.GetBytes(NonceLength);
        await connection.Output.WriteAsync(own, limit.Token).ConfigureAwait(false);
        if (await ReceiveAsync(connection.Input, NonceLength + HMACSHA256.HashSizeInBytes, limit.Token).ConfigureAwait(false) is not { } answer)
        {
            return false;
        }

        var theirs = answer[..NonceLength];
        if (!CryptographicOperations.FixedTimeEquals(answer.AsSpan(NonceLength), Proof("enters", own, theirs)))
        {
            return false;
        }

        await connection.Output.WriteAsync(Proof("admits", own, theirs), limit.Token).ConfigureAwait(false);
        return true;
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
        await connection.Output.WriteAsync((byte[])[.. own, .. Proof("enters", theirs, own)], limit.Token).ConfigureAwait(false);
        return await ReceiveAsync(connection.Input, HMACSHA256.HashSizeInBytes, limit.Token).ConfigureAwait(false) is { } proof
            && CryptographicOperations.FixedTimeEquals(proof, Proof("admits", theirs, own));
    }

    /// <inheritdoc/>
    public bool Equals(AccessToken? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

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
