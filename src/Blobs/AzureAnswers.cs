using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>
/// What a container answers, with a sentence for when it does not. The library's own exceptions are not handed on with it: they may quote what is signed.
/// </summary>
internal sealed class AzureAnswers(BlobContainerClient container)
{
    /// <summary>The container's address without the signature, which is in the query.</summary>
    public string Place { get; } = container.Uri.GetLeftPart(UriPartial.Path);

    /// <summary>What the last request met with; null when it was answered.</summary>
    public Failure? Trouble { get; private set; }

    /// <summary>Whether that is that there is no container.</summary>
    public bool LacksContainer { get; private set; }

    /// <summary>The answer to a request.</summary>
    /// <exception cref="RequestFailedException">It is no, for a reason that lies in the blob.</exception>
    /// <exception cref="HermesException">There is none.</exception>
    public async Task<T> OfAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await request();
            Trouble = null;
            return answer;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && Refusal(error) is { } refusal)
        {
            (Trouble, LacksContainer) = (Failure.Of(refusal), error is RequestFailedException { ErrorCode: var code } && code == BlobErrorCode.ContainerNotFound);
            throw refusal;
        }
    }

    /// <inheritdoc cref="OfAsync{T}"/>
    public Task OfAsync(Func<Task> request, CancellationToken cancellationToken) => OfAsync(
        async () =>
        {
            await request();
            return true;
        },
        cancellationToken);

    private HermesException? Refusal(Exception error) => error switch
    {
        // It was tried several times; the last says enough.
        AggregateException { InnerExceptions: [.., var last] } => Refusal(last) ?? NoAnswer(FirstLine(last.GetBaseException())),
        RequestFailedException { Status: 401 or 403 } denied => Away(
            $"The blob store {Place} refuses: {denied.ErrorCode}.", "Check the key or signature in the address of the blob store, whether it has expired, and this machine's clock."),
        RequestFailedException lacking when lacking.ErrorCode == BlobErrorCode.ContainerNotFound || lacking.ErrorCode == BlobErrorCode.ContainerBeingDeleted => Away(
            $"The blob store {Place} is not there: {lacking.ErrorCode}.", "Bring the container back, with what was in it."),
        RequestFailedException { Status: >= 500 } failed => NoAnswer($"{failed.Status} {failed.ErrorCode}"),
        RequestFailedException { Status: 0 } => NoAnswer(FirstLine(error.GetBaseException())),
        RequestFailedException refused when !IsAboutBlob(refused) => Away(
            $"The blob store {Place} refuses: {refused.Status} {refused.ErrorCode}.", "See whether the store is Azure Blob Storage or something that answers as it does."),
        _ => null,
    };

    private static bool IsAboutBlob(RequestFailedException error) => error.Status is 404 or 409 or 412 or 416 || error.ErrorCode == BlobErrorCode.InvalidBlockList;

    private static string FirstLine(Exception error) => error.Message.Split('\n', 2)[0].TrimEnd('.');

    // Nothing is known of the blobs then, least of all that one is missing or damaged.
    private static HermesException Away(string sentence, string hint) => new(sentence, hint: hint) { IsPassing = true };

    private HermesException NoAnswer(string reason) =>
        Silence.Refusal($"The blob store {Place} does not answer: {reason}.", "Check the network and the store; what was under way can be repeated when it is back.");
}
