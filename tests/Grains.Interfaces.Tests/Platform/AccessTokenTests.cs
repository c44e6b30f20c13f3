using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Grains.Interfaces.Tests.Platform;

public sealed class AccessTokenTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly AccessToken _token = AccessToken.Of(AccessToken.NewText())!;
    private readonly AccessToken _other = AccessToken.Of(AccessToken.NewText())!;

    [Fact]
    public void A_signature_is_good_for_its_own_request_and_for_two_minutes()
    {
        var signature = _token.Sign("GET", "/platform?a=1", Noon);

        Assert.True(_token.IsGood(signature, "GET", "/platform?a=1", Noon));
        Assert.True(_token.IsGood(signature, "GET", "/platform?a=1", Noon.AddMinutes(2)));
        Assert.False(_token.IsGood(signature, "GET", "/platform?a=1", Noon.AddSeconds(121)));
        Assert.False(_token.IsGood(signature, "GET", "/platform?a=1", Noon.AddSeconds(-121)));
        Assert.False(_token.IsGood(signature, "PUT", "/platform?a=1", Noon));
        Assert.False(_token.IsGood(signature, "GET", "/platform?a=2", Noon));
        Assert.False(_other.IsGood(signature, "GET", "/platform?a=1", Noon));
        Assert.False(_token.IsEntry(signature, Noon));
    }

    [Fact]
    public void The_word_for_numbers_is_the_same_for_all_who_have_the_token_and_no_signature()
    {
        Assert.True(_token.IsMetricsWord(_token.MetricsWord()));
        Assert.False(_token.IsMetricsWord(_other.MetricsWord()));
        Assert.False(_token.IsMetricsWord(null));
        Assert.False(_token.IsGood(_token.MetricsWord(), "GET", "/platform", Noon));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("1795867200.nonce.")]
    [InlineData("1795867200.nonce.zz")]
    [InlineData("99999999999999999999.nonce.00")]
    [InlineData("-1.nonce.0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_signature_is_not_good(string? value) => Assert.False(_token.IsGood(value, "GET", "/", Noon));

    [Fact]
    public void A_text_is_a_token_when_it_is_long_and_plain_enough()
    {
        Assert.Null(AccessToken.Of("short"));
        Assert.Null(AccessToken.Of(new string('a', 31)));
        Assert.Null(AccessToken.Of($"{new string('a', 40)} b"));
        Assert.Equal(AccessToken.Of(new string('a', 40)), AccessToken.Of($"  {new string('a', 40)}\n"));
        Assert.NotEqual(_token, _other);
    }

    [Fact]
    public async Task Two_ends_with_one_token_let_each_other_in_and_what_follows_is_not_touched()
    {
        var (here, there) = Connection();

        var admitted = _token.AdmitAsync(there);
        Assert.True(await _token.EnterAsync(here));
        Assert.True(await admitted);

        await here.Output.WriteAsync("what follows"u8.ToArray());
        var read = await there.Input.ReadAtLeastAsync(12);
        Assert.Equal("what follows", Encoding.ASCII.GetString(read.Buffer.ToArray()));
    }

    [Fact]
    public async Task An_end_with_another_token_is_not_let_in_and_learns_nothing_to_come_in_with()
    {
        var (here, there) = Connection();

        var entering = _other.EnterAsync(here);
        Assert.False(await _token.AdmitAsync(there));
        await there.Output.CompleteAsync();
        Assert.False(await entering);
    }

    [Fact]
    public async Task An_end_that_is_not_what_it_says_is_not_trusted()
    {
        var (here, there) = Connection();

        var admitting = _other.AdmitAsync(there);
        var entering = _token.EnterAsync(here);
        Assert.False(await admitting);
        await there.Output.WriteAsync(new byte[32]);

        Assert.False(await entering);
    }

    private static (IDuplexPipe Here, IDuplexPipe There) Connection()
    {
        var (one, two) = (new Pipe(), new Pipe());
        return (new Duplex(one.Reader, two.Writer), new Duplex(two.Reader, one.Writer));
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
