using System.Net;
using System.Net.Http.Headers;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Client.Connection;

/// <summary>The access token of a platform: from the file that was named, else from the one that the platform says it made, for who may read it.</summary>
/// <param name="file">The file that was named; null for none.</param>
internal sealed class TokenSource(string? file)
{
    private volatile AccessToken? _token = file is null ? null : AccessToken.Read(file);

    /// <summary>The token, once it is known.</summary>
    public AccessToken? Token => _token;

    /// <summary>What a platform answers whom it does not know: which file holds its token.</summary>
    /// <returns>Whether it is another token than the one that was tried.</returns>
    /// <exception cref="HermesException">This user may not read the file, or what was named is not the token of the platform.</exception>
    public bool Learn(HttpResponseMessage refusal, string address)
    {
        var challenge = refusal.Headers.WwwAuthenticate.FirstOrDefault(c => c.Scheme == AccessToken.Scheme)?.Parameter?.Split('"');
        var told = challenge is [_, var path, ..] ? Uri.UnescapeDataString(path) : null;
        if (file is not null && _token is { IsPlatform: false, Bearer.Name: var name })
        {
            throw new HermesException($"The platform at {address} does not know the token of '{name}' in {file}: it was withdrawn, or made by another platform.", file)
            {
                Remedy = Remedy.NameToken,
            };
        }

        if (file is not null)
        {
            throw new HermesException($"The platform at {address} has another access token than {file}.", file) { Remedy = Remedy.NameToken };
        }

        // Another user's program may answer there and name any file of this user's: only what looks like a token is read, and it is never sent.
        if (told is null || !Path.IsPathFullyQualified(told) || Path.GetFileName(told) != AccessToken.FileName || !IsReadable(told))
        {
            throw new HermesException(
                $"The platform at {address} is for those who have its access token{(told is null ? "" : $", and this user may not read {told}")}.")
            {
                Remedy = Remedy.NameToken,
            };
        }

        var read = AccessToken.Read(told);
        var isNew = !read.Equals(_token);
        _token = read;
        return isNew;
    }

    private static bool IsReadable(string path)
    {
        try
        {
            using var probe = File.OpenRead(path);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Signs every request with the token, and asks again with it when the platform wants one.</summary>
internal sealed class SignedRequests(TokenSource source, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sign(request);
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || !source.Learn(answer, request.RequestUri!.Authority) || request.Content is not null)
        {
            return answer;
        }

        answer.Dispose();
        Sign(request);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private void Sign(HttpRequestMessage request)
    {
        if (source.Token is { } token)
        {
            var signature = token.Sign(request.Method.Method, request.RequestUri!.PathAndQuery, time.GetUtcNow());
            request.Headers.Authorization = new AuthenticationHeaderValue(AccessToken.Scheme, signature);
        }
    }
}
