using System.Web;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Silo.Http;

namespace Hermes.Silo.Tests.Http;

public sealed class BlobTicketsTests
{
    private static readonly BlobRef Blob = new("local", new string('a', 64), 12, MediaTypes.Nifti);
    private readonly MovableClock _clock = new();
    private readonly BlobTickets _tickets;

    public BlobTicketsTests() => _tickets = new BlobTickets(new byte[32], new Uri("http://127.0.0.1:5081/"), 100, _clock);

    [Fact]
    public void A_ticket_is_good_for_its_blob_and_method_until_it_expires()
    {
        var (expires, signature) = Parts(_tickets.Issue("PUT", Blob, false));

        Assert.Null(_tickets.Refusal("PUT", Blob.Sha256, 12, expires, signature));
        Assert.NotNull(_tickets.Refusal("GET", Blob.Sha256, 12, expires, signature));
        Assert.NotNull(_tickets.Refusal("PUT", new string('b', 64), 12, expires, signature));
        Assert.NotNull(_tickets.Refusal("PUT", Blob.Sha256, 13, expires, signature));
        Assert.NotNull(_tickets.Refusal("PUT", Blob.Sha256, 12, expires + 1, signature));
        _clock.Now += TimeSpan.FromMinutes(16);
        Assert.Contains("expired", _tickets.Refusal("PUT", Blob.Sha256, 12, expires, signature), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void Nonsense_is_no_signature(string? signature) =>
        Assert.NotNull(_tickets.Refusal("GET", Blob.Sha256, 12, _clock.Now.ToUnixTimeSeconds() + 5, signature));

    [Fact]
    public void Another_key_makes_other_tickets()
    {
        var (expires, signature) = Parts(new BlobTickets([.. Enumerable.Repeat((byte)1, 32)], new Uri("http://127.0.0.1:1/"), 1, _clock).Issue("GET", Blob, true));

        Assert.NotNull(_tickets.Refusal("GET", Blob.Sha256, 12, expires, signature));
    }

    private static (long Expires, string Signature) Parts(BlobTicket ticket)
    {
        var query = HttpUtility.ParseQueryString(ticket.Url.Query);
        return (long.Parse(query["expires"]!, System.Globalization.CultureInfo.InvariantCulture), query["signature"]!);
    }

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(60);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
